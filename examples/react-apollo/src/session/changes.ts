// Who is signed in is a matter of the browser's cookies, which all tabs share: a change in one concerns them all.

export const SESSION_ENDED = 'Your session has ended. Please log in again.';

/** Hears of a change; `farewell` is what the login page shall say, empty after a sign-in. */
type Listener = (farewell: string) => void;

const listeners = new Set<Listener>();
const otherTabs = new BroadcastChannel('session');
otherTabs.addEventListener('message', ({ data }: MessageEvent<string>) => tellThisTab(data));

export function signedIn() {
  tellEveryTab('');
}

export function signedOut(farewell: string) {
  tellEveryTab(farewell);
}

/** The server no longer knows the session. Other tabs find out when they ask. */
export function sessionEnded() {
  tellThisTab(SESSION_ENDED);
}

/** Listens, and gives the function that ends it. */
export function onSessionChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function tellEveryTab(farewell: string) {
  otherTabs.postMessage(farewell);
  tellThisTab(farewell);
}

function tellThisTab(farewell: string) {
  for (const listener of listeners) listener(farewell);
}
