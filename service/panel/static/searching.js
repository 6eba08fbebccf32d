import { openCandidate, openView, search, show, toResults, unless } from "./actions.js";

/** Text that can be completed although it has one character. */
const KANJI = /\p{Script=Han}/u;

/**
 * Search for profiles that meet all criteria. If none has a value, search for values that begin with it.
 * @param {App} app @param {Criterion[]} criteria @param {AbortSignal} signal
 * @returns {Promise<() => void>} shows the result
 */
export async function find(app, criteria, signal) {
  let found = await app.service.search(criteria, null, signal);
  const [{ key = "", values: [text = ""] = [] } = {}, another] = criteria;
  const completes = !another && !found.items.length && !found.next_cursor && mayComplete(app, key, text);
  if (completes) {
    const none = unless(({ code }) => code === "invalid_request");
    found = (await app.service.complete(key, text, signal).catch(none)) ?? found;
  }
  const isOnly = found.items.length === 1 && !found.next_cursor;
  const source = completes ? "prefix" : "search";
  /** @type {Results} */
  const results = { ...found, name: "results", source, criteria, outcome: null };
  return () => showResults(app, results, isOnly, null);
}

/**
 * Return whether the service finds values of a search key by their beginning.
 * @param {App} app @param {string} name @param {string} text
 */
export function mayComplete({ store }, name, text) {
  const key = store.state.searchKeys.find((each) => each.name === name);
  return key && !key.sensitive && ([...text].length > 1 || KANJI.test(text));
}

/**
 * Run the match or the search of a list again, with other criteria.
 * @param {App} app @param {Results} results @param {Criterion[]} criteria
 */
export function refine(app, results, criteria) {
  const { contact } = app.store.state;
  if (results.source !== "match" || !contact) return search(app, criteria);
  return openView(app, async (signal) => {
    const match = await app.service.match(contact, criteria, null, signal);
    return () => showResults(app, toResults(match, criteria), match.outcome === "unique", results);
  });
}

/**
 * Append the next page to a list.
 * @param {App} app @param {Results} results
 */
export function showMore(app, results) {
  const { contact } = app.store.state;
  const { criteria, next_cursor, items } = results;
  return openView(app, async (signal) => {
    const next =
      results.source === "match" && contact
        ? toResults(await app.service.match(contact, criteria, next_cursor, signal), criteria)
        : await app.service.search(criteria, next_cursor, signal);
    const [first] = next.items;
    const focus = first ? `item-${first.profile.profile_id}` : "heading";
    return () =>
      show(app, { ...results, items: [...items, ...next.items], next_cursor: next.next_cursor, focus });
  });
}

/**
 * Show a list, or the first profile if only this one is meant.
 * @param {App} app @param {Results} results @param {boolean} isOnly @param {Results | null} back
 */
function showResults(app, results, isOnly, back) {
  const { items, next_cursor, truncated } = results;
  const [first] = items;
  if (first && isOnly) openCandidate(app, first, back);
  else
    show(
      app,
      results,
      first ? app.t.profiles(items.length, next_cursor || truncated) : app.t.text("noMatch"),
    );
}
