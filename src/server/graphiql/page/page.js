// Puts GraphiQL on the page and gives it a way to the server that remembers who signed in.
import { headers as blankHeaders, tabs } from './examples.js';
import { memory } from './memory.js';
import * as session from './session.js';

const endpoint = document.querySelector('meta[name=graphql-endpoint]').content;
const mount = document.getElementById('graphiql');
const status = document.getElementById('session');
const copy = document.getElementById('copy-token');
const forget = document.getElementById('forget-token');

/** What the headers editor holds, without its blank values; then our token, when the editor names none. */
function requestHeaders(edited, token) {
  const headers = new Headers({
    accept: 'application/graphql-response+json, application/json;q=0.9',
    'content-type': 'application/json',
  });
  for (const [name, value] of Object.entries(edited ?? {})) {
    if (String(value).trim() !== '') headers.set(name, String(value));
  }
  const usesOurs = token !== null && !headers.has('authorization');
  if (usesOurs) headers.set('authorization', `Bearer ${token}`);
  return { headers, sentToken: usesOurs ? token : null };
}

async function fetcher(request, options) {
  const { headers, sentToken } = requestHeaders(options?.headers, session.token());
  const response = await fetch(endpoint, {
    method: 'POST',
    headers,
    body: JSON.stringify(request),
    cache: 'no-store',
  });
  const text = await response.text();
  try {
    const result = JSON.parse(text);
    session.learn(result, sentToken);
    return result;
  } catch {
    throw new Error(`The server answered ${response.status} with a body that is not JSON.`);
  }
}

function describe({ token, email, expiresAt, refused }) {
  if (token === null && refused === null) {
    return 'Not signed in. Run Signup or Login: the page then sends your access token by itself.';
  }
  if (token === null) return `The server refused the access token (${refused}). Log in again.`;
  const who = email === null ? 'Signed in' : `Signed in as ${email}`;
  const time = { hour: '2-digit', minute: '2-digit' };
  const until = expiresAt === null ? '' : ` until ${new Date(expiresAt).toLocaleTimeString([], time)}`;
  return `${who}${until}. The token stays in this page's memory; a value in Headers wins over it.`;
}

session.watch((state) => {
  status.textContent = describe(state);
  status.title = status.textContent;
  status.classList.toggle('signed-in', state.token !== null);
  status.classList.toggle('refused', state.refused !== null);
  forget.hidden = state.token === null;
  // Browsers give the clipboard to https and localhost only.
  copy.hidden = forget.hidden || navigator.clipboard === undefined;
});
forget.addEventListener('click', session.forget);
copy.addEventListener('click', async () => {
  await navigator.clipboard.writeText(session.token() ?? '');
  copy.textContent = 'Copied';
  setTimeout(() => (copy.textContent = 'Copy token'), 1500);
});

if (globalThis.GraphiQL === undefined) {
  mount.firstElementChild.textContent =
    'GraphiQL could not be loaded from the internet. To build it into the server, run scripts/graphiql and then cargo build.';
} else {
  // GraphiQL fills the first tab's variables from its storage only, not from `defaultTabs`.
  if (memory.getItem('graphiql:tabState') === null) {
    memory.setItem('graphiql:variables', tabs[0].variables);
  }
  ReactDOM.createRoot(mount).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultTabs: tabs,
      headers: blankHeaders,
      defaultHeaders: blankHeaders,
      defaultEditorToolsVisibility: 'variables',
      shouldPersistHeaders: false,
      storage: memory,
    }),
  );
}
