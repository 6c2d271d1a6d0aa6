// The storage of GraphiQL. Variables contain passwords here and headers contain tokens, so it ends with the browser's
// tab, and headers are never stored: GraphiQL's history would keep them otherwise.

const withoutHeaders = (text) =>
  JSON.stringify(JSON.parse(text), (key, value) => (key === 'headers' ? undefined : value));

export const memory = {
  get length() {
    return sessionStorage.length;
  },
  getItem: (name) => sessionStorage.getItem(name),
  removeItem: (name) => sessionStorage.removeItem(name),
  clear: () => sessionStorage.clear(),
  setItem(name, value) {
    const isHistory = name === 'graphiql:queries' || name === 'graphiql:favorites';
    sessionStorage.setItem(name, isHistory ? withoutHeaders(value) : value);
  },
};
