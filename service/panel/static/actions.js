import { Problem } from "./client.js";
import { nameOf } from "./format.js";

/**
 * Run an action of the agent, unless another one is running. Show its problem.
 * @template T
 * @param {App} app @param {() => Promise<T>} action
 * @returns {Promise<T | undefined>}
 */
export async function run(app, action) {
  if (app.store.state.busy) return undefined;
  app.store.set({ busy: true, notice: null });
  const result = action().catch((error) => {
    report(app, error, () => run(app, action));
    return undefined;
  });
  app.running = result;
  return result.finally(() => app.store.set({ busy: false }));
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
  const passes = status === 0 || status === 429 || status >= 500;
  app.store.set({ notice: passes && retry ? { problem: error, retry } : { problem: error } });
}

/** @param {App} app @param {View} view @param {string} [announcement] */
export function show(app, view, announcement) {
  app.store.set({ view: { focus: "heading", ...view }, ...(announcement ? { announcement } : {}) });
}

/**
 * Open a profile that was found. Its past contacts load in its view.
 * @param {App} app @param {Candidate} candidate @param {Results | null} back
 */
export function openCandidate(app, candidate, back) {
  show(app, { name: "profile", profile: candidate.profile, reasons: candidate.matched_on, back });
}

/** @param {App} app @param {string} id */
export function openProfile(app, id) {
  return run(app, async () => {
    const profile = await app.service.profile(id);
    show(app, { name: "profile", profile, reasons: [], back: null });
  });
}

/**
 * Search for profiles that meet all criteria.
 * @param {App} app @param {Criterion[]} criteria
 */
export function search(app, criteria) {
  return run(app, async () => {
    const found = await app.service.search(criteria, null);
    /** @type {Results} */
    const results = {
      name: "results",
      source: "search",
      criteria,
      items: found.items,
      outcome: null,
      nextCursor: found.next_cursor,
      truncated: found.truncated,
    };
    const [only] = found.items;
    const count = app.t.profiles(found.items.length, found.next_cursor !== null);
    app.store.set({ announcement: only ? count : app.t.text("noResult") });
    if (only && found.items.length === 1 && !found.next_cursor) openCandidate(app, only, null);
    else show(app, results);
  });
}

/**
 * Run the match or the search of a list again, with other criteria.
 * @param {App} app @param {Results} results @param {Criterion[]} criteria
 */
export function refine(app, results, criteria) {
  const { contact } = app.store.state;
  if (results.source === "search" || !contact) return search(app, criteria);
  return run(app, async () => {
    const match = await app.service.match(contact, criteria, null);
    show(app, toResults(match, criteria), app.t.profiles(match.candidates.length, match.next_cursor !== null));
  });
}

/**
 * Append the next page to a list.
 * @param {App} app @param {Results} results
 */
export function showMore(app, results) {
  const { contact } = app.store.state;
  return run(app, async () => {
    const { criteria, nextCursor } = results;
    const page =
      results.source === "match" && contact
        ? await app.service.match(contact, criteria, nextCursor).then((match) => ({ ...match, items: match.candidates }))
        : await app.service.search(criteria, nextCursor);
    const focus = `item-${results.items.length}`;
    const items = [...results.items, ...page.items];
    show(app, { ...results, items, nextCursor: page.next_cursor, focus: page.items.length ? focus : "heading" });
  });
}

/**
 * @param {Match} match @param {Criterion[]} criteria
 * @returns {Results}
 */
export function toResults(match, criteria) {
  return {
    name: "results",
    source: "match",
    criteria,
    items: match.candidates,
    outcome: match.outcome,
    nextCursor: match.next_cursor,
    truncated: match.truncated,
  };
}

/** @param {App} app @param {Profile} profile */
export function nameFor(app, profile) {
  return nameOf(profile) || app.t.text("noName");
}
