// Tabs of one browser that all find at the same moment that the access token has run out.
import assert from 'node:assert/strict';

/**
 * Opens so many tabs next to this signed-in one and lets them ask who is here, together and with an access token that
 * ran out. All of them have to stay signed in, in one session. Gives how often the refresh token was traded.
 */
export async function refreshesOfTabs(count, visitor) {
  const context = visitor.page.context();
  const title = await visitor.page.getByRole('heading', { level: 1 }).textContent();
  const tabs = await Promise.all(Array.from({ length: count }, () => visitor.anotherTab()));
  await visitor.outliveAccessToken();
  await holdUntil(count, context, 'query Me');
  const refreshes = await visitor.refreshesDuring(() => Promise.all(tabs.map((tab) => tab.arrive())));
  await context.unroute('**/graphql');
  for (const tab of tabs) {
    await tab.title(title);
    await tab.sessions().first().waitFor();
    assert.equal(await tab.sessions().count(), 1);
    await tab.page.close();
  }
  return refreshes;
}

/** Holds requests with this text back until there are so many, and lets them go together. */
function holdUntil(count, context, text) {
  const held = [];
  return context.route('**/graphql', (route) => {
    if (held.length === count || !route.request().postData()?.includes(text)) return route.continue();
    held.push(route);
    return held.length < count ? undefined : Promise.all(held.map((each) => each.continue()));
  });
}
