// An OpenID provider on this machine: oidc-provider with the pages that it brings for development. Whoever enters a name
// there is that person, as <name>@example.com; the password does not matter.
import Provider from 'oidc-provider';

/** Starts one on this port of localhost, for the client that comes back to `callback`. */
export async function serveProvider(port, callback) {
  const issuer = `http://localhost:${port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'portcullis', client_secret: 'a secret: with % and +', redirect_uris: [callback] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['only for tests'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: true, name: id }),
    }),
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Grant: 600, Session: 600 },
  });
  provider.on('server_error', (_, error) => console.error(error));
  const server = await new Promise((resolve) => {
    const listening = provider.listen(port, 'localhost', () => resolve(listening));
  });
  return { issuer, close: () => { server.close(); server.closeAllConnections(); } };
}
