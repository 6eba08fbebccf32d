import { Problem } from "./client.js";
import { nameOf } from "./format.js";
import { loadResults } from "./parts.js";
import { fill } from "./text.js";

/** The forms that the agent has begun to fill in. @type {WeakSet<View>} */
export const changed = new WeakSet();

/**
 * Run an action of the agent that changes something, unless another one is running. Show its problem.
 * @template T
 * @param {App} app @param {() => Promise<T>} action @param {Task} [task] what it does to a contact
 * @returns {Promise<T | undefined>}
 */
export function run(app, action, task) {
  return attempt(app, action, task).catch(unless(isExpected));
}

/**
 * Run an action as `run` does, but throw its problem as well.
 * @template T
 * @param {App} app @param {() => Promise<T>} action @param {Task} [task]
 * @returns {Promise<T | undefined>}
 */
export async function attempt(app, action, task) {
  const { store } = app;
  if (store.state.busy) return undefined;
  begin(app, { busy: true, opening: null });
  if (task?.contact) endTasks(app, task.contact, task.kind);
  else if (task)
    store.set({ unfinished: store.state.unfinished.filter((each) => each.task?.about !== task.about) });
  const result = action().catch((error) => {
    report(app, error, () => run(app, action, task), task);
    throw error;
  });
  app.running = result.catch(() => {});
  return result.finally(() => store.set({ busy: false }));
}

/** @param {App} app @param {Partial<State>} change */
function begin({ store }, change) {
  store.state.opening?.abort();
  store.set({ ...change, notice: keptNotice(store.state) });
}

/**
 * Return the notice if it says that the sign-in failed. Any other one belongs to the last step of the agent.
 * @param {State} state
 */
export function keptNotice({ notice }) {
  return notice && isSignIn(notice.problem) ? notice : null;
}

/** @param {unknown} error */
export function isSignIn(error) {
  return error instanceof Problem && (error.status === 401 || error.code === "sign_in_failed");
}

/** @param {unknown} error */
export function isExpected(error) {
  return error instanceof Problem || (error instanceof DOMException && error.name === "AbortError");
}

/**
 * Return a handler that ignores some errors.
 * @param {(error: any) => boolean} isIgnored
 * @returns {(error: unknown) => any}
 */
export function unless(isIgnored) {
  return (error) => {
    if (!isIgnored(error)) throw error;
  };
}

/**
 * Remove the notices of failed actions for a contact.
 * @param {App} app @param {IncomingContact} contact @param {Task["kind"]} [kind] all by default
 */
export function endTasks({ store }, { contact_id }, kind) {
  const unfinished = store.state.unfinished.filter(
    ({ task }) => task?.contact?.contact_id !== contact_id || (kind && task.kind !== kind),
  );
  store.set({ unfinished });
}

/**
 * Load what a view needs, and then show the view, unless the agent or a contact has opened another one.
 * @param {App} app @param {(signal: AbortSignal) => Promise<() => void>} load returns the function that shows it
 */
export async function openView(app, load) {
  const { store } = app;
  const { busy, view } = store.state;
  if (busy) return;
  const opening = new AbortController();
  begin(app, { opening });
  const isLatest = () => store.state.opening === opening && store.state.view === view;
  try {
    const display = await load(opening.signal);
    if (isLatest()) display();
  } catch (error) {
    if (isLatest()) report(app, error, () => openView(app, load));
  } finally {
    if (store.state.opening === opening) store.set({ opening: null });
  }
}

/**
 * Show a problem and emit it; throw any other error. Requests that fail for the same reason show one notice.
 * @param {App} app @param {unknown} error @param {() => void} [retry] @param {Task} [task]
 */
export function report(app, error, retry, task) {
  if (!isExpected(error)) throw error;
  if (!(error instanceof Problem)) return;
  const { store } = app;
  const isOfPanel = isSignIn(error) && !task;
  // Requests at the same time fail for the same reason.
  if (!task && store.state.notice?.problem.code === error.code) return;
  emitProblem(app, error, false);
  const passes = [0, 401, 429].includes(error.status) || error.status >= 500;
  /** @type {Notice} */
  const notice = { problem: error };
  if (task) notice.task = task;
  if (isOfPanel) notice.retry = app.reload;
  else if (passes && retry) notice.retry = retry;
  // An action for a contact can be tried again when another contact is shown.
  if (task && notice.retry) store.set({ unfinished: [...store.state.unfinished, notice] });
  else store.set({ notice });
}

/** @param {App} app @param {Problem} problem @param {boolean} retrying */
export function emitProblem(app, { code, status, members }, retrying) {
  const key = app.t.searchKey(app.store.state.searchKeys, String(members.key));
  const message = fill(app.t.problem(code, status), { key }).join("");
  app.emit("error", { code, status, request_id: members.request_id ?? null, message, retrying });
}

/**
 * Show that a request is repeated, or that this has ended. Each outage is one event.
 * @param {App} app @param {Problem | null} retrying
 */
export function showRetrying(app, retrying) {
  const { store } = app;
  const { notice, retrying: before } = store.state;
  if (retrying && !before) emitProblem(app, retrying, true);
  // One notice is enough for one cause.
  store.set({ retrying, ...(retrying && notice?.retry ? { notice: keptNotice(store.state) } : {}) });
}

/**
 * Show a view. A form that the agent has begun to fill in is kept, unless it is `done`.
 * @param {App} app @param {View} view @param {string} [announcement] @param {boolean} [done]
 */
export function show({ store }, view, announcement = store.state.announcement, done = false) {
  const { view: now, drafts } = store.state;
  const kept = drafts.filter((each) => each !== view);
  if (!done && isDraft(now) && now !== view) kept.push(now);
  store.state.opening?.abort();
  store.set({
    view: view.focus ? view : { focus: "heading", ...view },
    drafts: kept,
    announcement,
    notice: keptNotice(store.state),
  });
}

/** @param {View} view */
export const isDraft = (view) => view.name === "conflict" || changed.has(view);

/**
 * Show the result of an action. If the agent or a contact has opened something else than `from` meanwhile,
 * only announce it.
 * @param {App} app @param {View} from @param {View} view @param {string} announcement
 */
export function showResult(app, from, view, announcement) {
  const { view: now, drafts } = app.store.state;
  app.store.set({ drafts: drafts.filter((each) => each !== from) });
  if (now === from || (idIn(now) && idIn(now) === idIn(view))) show(app, view, announcement, true);
  else app.store.set({ announcement });
}

/** @param {View} view */
const idIn = (view) => view.name === "profile" && view.profile.profile_id;

/**
 * Show a profile that was found.
 * @param {App} app @param {Pick<Candidate, "profile" | "matched_on">} candidate
 * @param {ProfileView["back"]} back
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
  return openView(app, async (signal) => (await loadResults()).find(app, criteria, signal));
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
