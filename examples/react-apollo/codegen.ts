import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  // Outside this repository: the address of your server, such as http://localhost:8000/graphql.
  schema: '../../schema.graphql',
  documents: 'src/**/*.{ts,tsx}',
  generates: {
    './src/graphql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        scalars: {
          DateTime: 'string',
          PublicKeyCredentialCreationOptionsJSON: 'PublicKeyCredentialCreationOptionsJSON',
          PublicKeyCredentialRequestOptionsJSON: 'PublicKeyCredentialRequestOptionsJSON',
          RegistrationResponseJSON: 'RegistrationResponseJSON',
          AuthenticationResponseJSON: 'AuthenticationResponseJSON',
        },
        strictScalars: true,
        useTypeImports: true,
      },
    },
  },
};

export default config;
