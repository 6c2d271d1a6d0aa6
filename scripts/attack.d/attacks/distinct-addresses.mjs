// A proxy that the server believes names another network each time: whatever is kept per network must not grow.
import { PROXY } from '../../server.mjs';
import { Asker, LOGIN, REFUSALS, Tally } from './asking.mjs';

export async function distinctAddresses({ port }, seconds) {
  const askers = Array.from({ length: 100 }, () => new Asker(port, PROXY));
  const tally = new Tally(REFUSALS);
  const end = performance.now() + seconds * 1000;
  let number = 0;
  await Promise.all(
    askers.map(async (asker) => {
      while (performance.now() < end) {
        number += 1;
        const [a, b, c] = [number >> 16, number >> 8, number].map((part) => part & 255);
        const network = number % 2 === 0 ? `11.${a}.${b}.${c}` : `2a00:${(number >> 16).toString(16)}:${(number & 65535).toString(16)}::1`;
        const variables = { email: `someone${number}@example.com`, password: 'a guess' };
        tally.add(await asker.ask({ query: LOGIN, variables }, { 'x-forwarded-for': network }));
      }
      asker.end();
    }),
  );
  return tally.report(`sign-ins from as many networks`);
}
