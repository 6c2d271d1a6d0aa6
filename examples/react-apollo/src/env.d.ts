interface ImportMetaEnv {
  /** Where the server's GraphQL is; unset during development. */
  readonly VITE_API_URL?: string;
}
