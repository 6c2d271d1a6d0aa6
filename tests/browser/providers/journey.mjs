// Signing in with another provider, as people do: buttons, the provider's own pages, and an application of its own.
//
//   node journey.mjs 9101 9102 5173 [folder for pictures] http://localhost:8000
//
// The ports are those of two providers, which the server knows as `first` (trusted for example.com) and
// `second`, and of an application: http://localhost:5173/signed-in is one of its `login_redirect_urls`.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { newcomer, run } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { Guest } from '../hosted/guest.mjs';
import { looks } from '../hosted/looks.mjs';
import { serveProvider } from './provider.mjs';

const [firstPort, secondPort, appPort, pictures, base] = process.argv.slice(2);
const folder = join(pictures, 'providers');
await mkdir(folder, { recursive: true });

/** The application: what docs/front-end.md shows, on one page. */
const APP = `<!doctype html><title>app</title><link rel="icon" href="data:,"><button>Sign in</button><pre></pre><script type="module">
const redirectUrl = location.origin + '/signed-in';
const show = (value) => { document.querySelector('pre').textContent = JSON.stringify(value); };
async function run(query, variables) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch('${base}/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  if (!data) throw new Error(errors[0].message);
  return Object.values(data)[0];
}
const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
document.querySelector('button').onclick = async () => {
  const codeVerifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier));
  const input = { provider: 'first', redirectUrl, codeChallenge: base64url(hash) };
  const started = await run('mutation ($input: StartSocialLoginInput!) { startSocialLogin(input: $input) { authorizationUrl userErrors { code } } }', { input });
  sessionStorage.setItem('code-verifier', codeVerifier);
  location.assign(started.authorizationUrl);
};
const query = new URLSearchParams(location.search);
const codeVerifier = sessionStorage.getItem('code-verifier');
sessionStorage.removeItem('code-verifier');
if (query.has('error')) show({ error: query.get('error') });
if (query.has('code')) {
  const input = { code: query.get('code'), codeVerifier };
  const answer = await run('mutation ($input: FinishSocialLoginInput!) { finishSocialLogin(input: $input) { user { email } tokens { accessToken } userErrors { code } } }', { input });
  show({ email: answer.user?.email, codes: answer.userErrors.map(({ code }) => code) });
}
</script>`;

const app = createServer((_, response) => response.setHeader('content-type', 'text/html').end(APP));
await new Promise((resolve) => app.listen(Number(appPort), 'localhost', resolve));
const first = await serveProvider(Number(firstPort), `${base}/oauth/first/callback`);
const second = await serveProvider(Number(secondPort), `${base}/oauth/second/callback`);

/** Signs in on the provider's pages, and consents. */
async function consents(page, name) {
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('anything');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

try {
  await withBrowser(async (browser) => {
    const look = (page, name) => looks(page, join(folder, name));
    const user = newcomer();
    let name;

    await run([
      ['a button on the login page, a consent, an account', async () => {
        const guest = await Guest.open(browser, base);
        name = `grace-${Date.now()}`;
        await guest.go('/login?next=%2Faccount%2Fsecurity');
        await look(guest.page, 'login');
        await guest.page.getByRole('link', { name: 'Continue with First' }).click();
        await consents(guest.page, name);
        await guest.page.waitForURL(`${base}/account/security`);
        const connected = guest.card('Connected accounts');
        await connected.getByText(`${name}@example.com`).waitFor();
        await look(guest.page, 'connected');
        await guest.close();
      }],
      ['the next sign-in is a click', async () => {
        const guest = await Guest.open(browser, base);
        await guest.go('/signup');
        await look(guest.page, 'signup');
        await guest.page.getByRole('link', { name: 'Continue with First' }).click();
        await consents(guest.page, name);
        await guest.page.waitForURL(`${base}/account`);
        await guest.title(`Welcome, ${name}`);
        // Signed out here, one is still signed in there.
        await guest.logOut();
        await guest.page.getByRole('link', { name: 'Continue with First' }).click();
        await guest.page.waitForURL(`${base}/account`);
        await guest.close();
      }],
      ['connect a second provider, and disconnect the first', async () => {
        const guest = await Guest.signedUp(browser, base, user);
        const { page } = guest;
        await guest.go('/account/security');
        await look(page, 'to-connect');
        await page.getByRole('link', { name: 'Connect Second' }).click();
        await guest.type('Password', user.password);
        await guest.send('Confirm');
        const own = user.email.split('@')[0];
        for (const provider of ['Second', 'First']) {
          await page.getByRole('link', { name: `Connect ${provider}` }).click();
          await consents(page, own);
          await page.waitForURL(`${base}/account/security?notice=identity-linked`);
        }
        await page.getByRole('button', { name: 'Disconnect First' }).click();
        await page.waitForURL(`${base}/account/security?notice=identity-unlinked`);
        await guest.close();
        const again = await Guest.open(browser, base);
        await again.go('/login');
        await again.page.getByRole('link', { name: 'Continue with Second' }).click();
        await consents(again.page, own);
        await again.page.waitForURL(`${base}/account`);
        await again.title(`Welcome, ${user.name}`);
        await again.close();
      }],
      ['who cancels at the provider reads a sentence', async () => {
        const guest = await Guest.open(browser, base);
        await guest.go('/login');
        await guest.page.getByRole('link', { name: 'Continue with First' }).click();
        await guest.page.getByRole('link', { name: 'Cancel' }).click();
        await guest.title('You were not signed in');
        await look(guest.page, 'declined');
        await guest.close();
      }],
      ['a provider that is not trusted: our own page asks for an address', async () => {
        const guest = await Guest.open(browser, base);
        await guest.go('/login');
        await guest.page.getByRole('link', { name: 'Continue with Second' }).click();
        await consents(guest.page, `lin-${Date.now()}`);
        await guest.page.waitForURL(`${base}/oauth/address`);
        await look(guest.page, 'address');
        await guest.send('Mail me a code');
        await guest.page.waitForURL(`${base}/oauth/code`);
        await look(guest.page, 'code');
        await guest.close();
      }],
      ['an application of another origin: our page names it, and it gets a session', async () => {
        const guest = await Guest.open(browser, base);
        const { page } = guest;
        await page.goto(`http://localhost:${appPort}/`);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await guest.title('Continue with First');
        await look(page, 'asked');
        await page.getByRole('link', { name: 'Continue with First' }).click();
        await consents(page, name);
        await page.waitForURL(`http://localhost:${appPort}/signed-in?*`);
        await page.getByText(JSON.stringify({ email: `${name}@example.com`, codes: [] })).waitFor();
        await guest.close();
      }],
      ['and reads an error when somebody cancels', async () => {
        const guest = await Guest.open(browser, base);
        const { page } = guest;
        await page.goto(`http://localhost:${appPort}/`);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByRole('link', { name: 'Continue with First' }).click();
        await page.getByRole('link', { name: 'Cancel' }).click();
        await page.getByText('{"error":"ACCESS_DENIED"}').waitFor();
        await guest.close();
      }],
    ]);
  });
} finally {
  app.close();
  app.closeAllConnections();
  first.close();
  second.close();
}
