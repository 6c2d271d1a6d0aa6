// The access token that the last signup or login gave. It lives in this variable only: not in any storage,
// so a reload forgets it.

const signedOut = { token: null, email: null, expiresAt: null, refused: null };
let session = signedOut;
let listener = () => {};

const change = (next) => {
  session = next;
  listener(session);
};

/** Calls back now and whenever the session changes. */
export function watch(callback) {
  listener = callback;
  listener(session);
}

export const token = () => session.token;

export const forget = () => change(signedOut);

/** Learns from an answer: new tokens, a logout, or the server's word that our token is dead. */
export function learn(result, sentToken) {
  for (const [field, value] of Object.entries(result?.data ?? {})) {
    if (typeof value?.tokens?.accessToken === 'string') {
      const { accessToken, accessTokenExpiresAt } = value.tokens;
      change({
        token: accessToken,
        email: value.user?.email ?? null,
        expiresAt: accessTokenExpiresAt ?? null,
        refused: null,
      });
    } else if (field === 'logout' && value !== null) {
      forget();
    }
  }
  const reason = result?.errors?.map((error) => error.extensions?.reason).find(Boolean);
  if (reason && sentToken !== null && sentToken === session.token) {
    change({ ...signedOut, refused: reason });
  }
}
