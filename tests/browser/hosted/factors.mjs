// Passkeys and second factors on the pages, with the browser's own authenticator.
//
//   node factors.mjs http://localhost:8000 [folder for pictures]
//
// The server needs `mfa_remember_browser`.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newcomer, run } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { Guest } from './guest.mjs';
import { looks } from './looks.mjs';

const [base, folder] = process.argv.slice(2);
const pictures = folder ?? await mkdtemp(join(tmpdir(), 'factors-'));
const user = newcomer();

/** The code that an app with this secret shows now, or in some steps. */
function code(secret, steps = 0) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const tag = createHmac('sha1', key).update(message).digest();
  return String((tag.readUInt32BE(tag[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
}

await withBrowser(async (browser) => {
  const guest = await Guest.open(browser, base);
  const { page } = guest;
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', { options: {
    protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
    automaticPresenceSimulation: true } });
  /** Whether the person touches the authenticator. */
  const answers = (enabled) =>
    devtools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
  const look = (name) => looks(page, join(pictures, name));
  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  const arrived = (path) => page.waitForURL(base + path);
  let secret;
  let codes;

  await run([
    ['without a proof, adding a passkey leads to one', async () => {
      await guest.signUp(user);
      await page.getByRole('link', { name: 'Passkeys and second factors' }).click();
      await arrived('/account/security');
      await look('security-empty');
      await press('Add a passkey');
      await arrived('/reauthenticate?next=%2Faccount%2Fsecurity&notice=confirm-first');
      await look('proof-password');
      await guest.type('Password', user.password);
      await press('Confirm');
      await arrived('/account/security?notice=confirmed');
    }],
    ['one press adds a passkey, and the recovery codes are shown', async () => {
      await press('Add a passkey');
      await page.getByRole('heading', { name: 'Recovery codes' }).waitFor();
      codes = await page.locator('.codes li').allTextContents();
      assert.equal(codes.length, 10);
      await look('codes');
    }],
    ['the codes are saved, copied and printed', async () => {
      const [download] = await Promise.all([page.waitForEvent('download'), press('Save as a file')]);
      assert.equal(download.suggestedFilename(), 'recovery-codes.txt');
      const text = await readFile(await download.path(), 'utf8');
      assert.ok(codes.every((one) => text.includes(one)) && text.includes(user.email));
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: base });
      await press('Copy');
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), codes.join('\n'));
      await page.emulateMedia({ media: 'print' });
      const shown = await page.evaluate(() => document.body.innerText);
      assert.ok(codes.every((one) => shown.includes(one)) && !shown.includes('Copied') && !shown.includes('only now'), shown);
      await page.emulateMedia({ media: 'screen' });
      await page.getByRole('link', { name: 'I have saved them' }).click();
      await arrived('/account/security');
    }],
    ['the list names it', async () => {
      await look('security-passkey');
      assert.equal(await page.getByRole('button', { name: /^Remove / }).count(), 1);
    }],
    ['a device that has a passkey already shows a sentence that says so', async () => {
      await press('Add a passkey');
      await page.getByText('This device already has a passkey for your account.').waitFor();
      await look('passkey-present');
      await page.getByRole('link', { name: 'Cancel' }).click();
    }],
    ['an authenticator app is set up', async () => {
      await press('Set up an authenticator app');
      await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
      await look('app');
      await page.getByText('Type the key instead').click();
      secret = (await page.locator('.group').textContent()).replaceAll(' ', '');
      await guest.type('Code from the app', code(secret));
      await press('Turn on');
      await arrived('/account/security?notice=app-on');
      await look('security-all');
    }],
    ['a passkey signs in with one press', async () => {
      await guest.go('/account');
      await look('account');
      await guest.logOut();
      await answers(false);
      await guest.go('/login');
      await look('login');
      await answers(true);
      await press('Continue with a passkey');
      await arrived('/account');
    }],
    ['a passkey is suggested in the email field', async () => {
      await guest.logOut();
      // The virtual authenticator takes a waiting suggestion by itself.
      await guest.go('/login');
      await arrived('/account');
    }],
    ['after the password, a passkey or a code is asked for', async () => {
      await answers(false);
      await guest.logOut();
      await guest.go('/login');
      await guest.logIn(user);
      await arrived('/login/mfa');
      await look('mfa');
      await guest.type('Code', '000000');
      await press('Sign in');
      await page.getByText('This code is wrong').waitFor();
      await look('mfa-wrong');
      await answers(true);
      await press('Continue with a passkey');
      await arrived('/account');
    }],
    ['a passkey confirms who it is', async () => {
      await guest.go('/reauthenticate?next=%2Faccount%2Fsecurity');
      await look('proof-factors');
      await press('Continue with a passkey');
      await arrived('/account/security?notice=confirmed');
    }],
    ['a recovery code signs in, and this browser is not asked again', async () => {
      await answers(false);
      await guest.go('/account');
      await guest.logOut();
      await guest.go('/login');
      await guest.logIn(user);
      await arrived('/login/mfa');
      await guest.type('Code', codes[0]);
      await page.getByLabel('Do not ask again in this browser for 30 days').check();
      await press('Sign in');
      await arrived('/account');
      await guest.logOut();
      await guest.go('/login');
      await guest.logIn(user);
      await arrived('/account');
    }],
    ['no page was heavy, no error was logged', async () => {
      for (const path of ['/login', '/account', '/account/security']) {
        const response = await page.request.get(base + path);
        assert.ok((await response.body()).length < 30_000, path);
      }
      guest.assertQuiet();
    }],
  ]);
});
