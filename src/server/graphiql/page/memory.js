// What GraphiQL remembers. Variables hold passwords here and headers hold tokens, so it ends with the
// browser's tab, and headers are not remembered at all: GraphiQL's history would keep them otherwise.

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
