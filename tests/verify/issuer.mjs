// An issuer of our own, whose tokens are wrong in one point each.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { SignJWT, exportJWK, exportSPKI, generateKeyPair } from 'jose';

/** Seconds since 1970. */
const now = () => Math.floor(Date.now() / 1000);
const part = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export class Issuer {
  /** Publishes one key of the algorithm, and one of another. */
  static async start(algorithm, audience) {
    const issuer = new Issuer();
    const other = algorithm === 'RS256' ? 'ES256' : 'RS256';
    const make = (name) => generateKeyPair(name, { extractable: true, ...(name === 'EdDSA' && { crv: 'Ed25519' }) });
    Object.assign(issuer, { algorithm, audience, other });
    issuer.keys = { good: await make(algorithm), other: await make(other), stranger: await make(algorithm) };
    const published = async (kid, alg) => ({ ...(await exportJWK(issuer.keys[kid].publicKey)), kid, alg, use: 'sig' });
    const set = JSON.stringify({ keys: [await published('good', algorithm), await published('other', other)] });
    issuer.server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' });
      response.end(set);
    });
    await new Promise((resolve) => issuer.server.listen(0, 'localhost', resolve));
    issuer.url = `http://localhost:${issuer.server.address().port}`;
    return issuer;
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }

  #claims(changes) {
    const claims = {
      iss: this.url, aud: this.audience, sub: 'ada', sid: 'a session', jti: 'a token',
      iat: now(), nbf: now(), exp: now() + 300, roles: [], ...changes,
    };
    return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  }

  #sign(changes = {}, { header = {}, key = 'good' } = {}) {
    const full = { alg: this.algorithm, typ: 'at+jwt', kid: key, ...header };
    const known = Object.fromEntries(Object.entries(full).filter(([, value]) => value !== undefined));
    return new SignJWT(this.#claims(changes)).setProtectedHeader(known).sign(this.keys[key].privateKey);
  }

  /** Tokens that are good, each with what is special about it. */
  async good() {
    return [
      ['nothing special', await this.#sign()],
      ['expired within the difference of clocks', await this.#sign({ exp: now() - 20 })],
      ['not yet valid within the difference of clocks', await this.#sign({ nbf: now() + 20, iat: now() + 20 })],
    ];
  }

  /** Values of `Authorization` that are bad, each with what is wrong. */
  async bad() {
    const good = await this.#sign();
    const [header, payload, signature] = good.split('.');
    const changed = (text) => (text[20] === 'A' ? 'B' : 'A');
    const hmac = async () => {
      const signed = `${part({ alg: 'HS256', typ: 'at+jwt', kid: 'good' })}.${payload}`;
      const pem = await exportSPKI(this.keys.good.publicKey);
      return `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`;
    };
    const tokens = [
      ['expired', await this.#sign({ exp: now() - 40 })],
      ['not yet valid', await this.#sign({ nbf: now() + 300 })],
      ['for another audience', await this.#sign({ aud: 'https://other.example' })],
      ['for the issuer', await this.#sign({ aud: this.url })],
      ['of another issuer', await this.#sign({ iss: `${this.url}/` })],
      ['session+jwt', await this.#sign({}, { header: { typ: 'session+jwt' } })],
      ['typ JWT', await this.#sign({}, { header: { typ: 'JWT' } })],
      ['no typ', await this.#sign({}, { header: { typ: undefined } })],
      ['an unknown kid', await this.#sign({}, { key: 'stranger' })],
      ['the kid of a key that did not sign', await this.#sign({}, { key: 'stranger', header: { kid: 'good' } })],
      ['a published key of another algorithm', await this.#sign({}, { key: 'other', header: { alg: this.other } })],
      ['alg none', `${part({ alg: 'none', typ: 'at+jwt', kid: 'good' })}.${payload}.`],
      ['alg none with a signature', `${part({ alg: 'none', typ: 'at+jwt', kid: 'good' })}.${payload}.${signature}`],
      ['signed by the public key as a secret', await hmac()],
      ['no signature', `${header}.${payload}.`],
      ['another signature', `${header}.${payload}.${signature.slice(0, 20)}${changed(signature)}${signature.slice(21)}`],
      ['another payload', `${header}.${part(this.#claims({ sub: 'eve' }))}.${signature}`],
      ['two parts', `${header}.${payload}`],
      ['four parts', `${good}.${signature}`],
      ['a payload that is no JSON', `${header}.${part('{')}.${signature}`],
      ['a text', 'hello'],
      ['nothing', ''],
    ];
    for (const name of ['iss', 'aud', 'sub', 'sid', 'exp', 'nbf', 'iat']) {
      tokens.push([`no ${name}`, await this.#sign({ [name]: undefined })]);
    }
    return [
      ...tokens.map(([about, token]) => [about, `Bearer ${token}`]),
      ['another scheme', `Basic ${good}`],
      ['no header', undefined],
    ];
  }
}
