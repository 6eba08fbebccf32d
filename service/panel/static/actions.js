import { Problem } from "./client.js";
import { nameOf } from "./format.js";

/**
 * Run an action of the agent that changes something, unless another one is running. Show its problem.
 * @template T
 * @param {App} app @param {() => Promise<T>} action
 * @returns {Promise<T | undefined>}
 */
export async function run(app, action) {
  if (app.store.state.busy) return undefined;
  app.store.set({ busy: true, opening: null, notice: null });
  const result = action().catch((error) => {
    report(app, error, () => run(app, action));
    return undefined;
  });
  app.running = result;
  return result.finally(() => app.store.set({ busy: false }));
}

/**
 * Load what a view needs, and then show the view, unless the agent or a contact has opened another one.
 * @param {App} app @param {() => Promise<() => void>} load returns the function that shows the view
 */
export async function openView(app, load) {
  const { store } = app;
  const { busy, view } = store.state;
  if (busy) return;
  const opening = {};
  store.set({ opening, notice: null });
  const isLatest = () => store.state.opening === opening && store.state.view === view;
  try {
    const display = await load();
    if (isLatest()) display();
  } catch (error) {
    if (isLatest()) report(app, error, () => openView(app, load));
  } finally {
    if (store.state.opening === opening) store.set({ opening: null });
  }
}

/**
 * Show a problem and emit it; throw any other error.
 * @param {App} app @param {unknown} error @param {() => void} [retry]
 */
export function report(app, error, retry) {
  if (error instanceof DOMException && error.name === "AbortError") return;
  if (!(error instanceof Problem)) throw error;
  const { code, status, members } = error;
  app.emit("error", { code, status, request_id: members.request_id ?? null });
  const passes = [0, 401, 429].includes(status) || status >= 500;
  app.store.set({ notice: passes && retry ? { problem: error, retry } : { problem: error } });
}

/** @param {App} app @param {View} view @param {string} [announcement] */
export function show({ store }, view, announcement = store.state.announcement) {
  store.set({ view: { focus: "heading", ...view }, announcement });
}

/**
 * Show the result of an action. If the agent or a contact has opened something else than `from` meanwhile,
 * only announce it.
 * @param {App} app @param {View} from @param {View} view @param {string} announcement
 */
export function showResult(app, from, view, announcement) {
  const { view: now } = app.store.state;
  if (now === from || (idIn(now) && idIn(now) === idIn(view))) show(app, view, announcement);
  else app.store.set({ announcement });
}

/** @param {View} view */
const idIn = (view) => view.name === "profile" && view.profile.profile_id;

/**
 * Show a profile that was found.
 * @param {App} app @param {Candidate} candidate @param {Results | null} back
 */
export function openCandidate(app, { profile, matched_on: reasons }, back) {
  show(app, { name: "profile", profile, reasons, back }, nameFor(app, profile));
}

/** @param {App} app @param {string} id */
export function openProfile(app, id) {
  return openView(app, async () => {
    const profile = await app.service.profile(id);
    return () => openCandidate(app, { profile, matched_on: [] }, null);
  });
}

/**
 * Search for profiles that meet all criteria.
 * @param {App} app @param {Criterion[]} criteria
 */
export function search(app, criteria) {
  return openView(app, async () => {
    const found = await app.service.search(criteria, null);
    const isOnly = found.items.length === 1 && !found.next_cursor;
    /** @type {Results} */
    const results = { ...found, name: "results", source: "search", criteria, outcome: null };
    return () => showResults(app, results, isOnly, null);
  });
}

/**
 * Run the match or the search of a list again, with other criteria.
 * @param {App} app @param {Results} results @param {Criterion[]} criteria
 */
export function refine(app, results, criteria) {
  const { contact } = app.store.state;
  if (results.source === "search" || !contact) return search(app, criteria);
  return openView(app, async () => {
    const match = await app.service.match(contact, criteria, null);
    return () => showResults(app, toResults(match, criteria), match.outcome === "unique", results);
  });
}

/**
 * Show a list, or the first profile if only this one is meant.
 * @param {App} app @param {Results} results @param {boolean} isOnly @param {Results | null} back
 */
function showResults(app, results, isOnly, back) {
  const { items, next_cursor } = results;
  const [first] = items;
  if (first && isOnly) openCandidate(app, first, back);
  else show(app, results, first ? app.t.profiles(items.length, next_cursor) : app.t.text("noMatch"));
}

/**
 * Append the next page to a list.
 * @param {App} app @param {Results} results
 */
export function showMore(app, results) {
  const { contact } = app.store.state;
  const { criteria, next_cursor, items } = results;
  return openView(app, async () => {
    const next =
      results.source === "match" && contact
        ? toResults(await app.service.match(contact, criteria, next_cursor), criteria)
        : await app.service.search(criteria, next_cursor);
    const focus = next.items.length > 0 ? `item-${items.length}` : "heading";
    return () =>
      show(app, { ...results, items: [...items, ...next.items], next_cursor: next.next_cursor, focus });
  });
}

/**
 * @param {Match} match @param {Criterion[]} criteria
 * @returns {Results}
 */
export function toResults({ candidates: items, outcome, next_cursor, truncated }, criteria) {
  return { name: "results", source: "match", criteria, items, outcome, next_cursor, truncated };
}

/** @param {App} app @param {Profile} profile */
export function nameFor(app, profile) {
  return nameOf(profile) || app.t.text("noName");
}
