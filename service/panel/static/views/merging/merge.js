import { changed, emitProblem, nameFor, run, show, showResult } from "../../actions.js";
import { Problem } from "../../client.js";
import { follow } from "../../follow.js";
import { chosenFields } from "./differences.js";
import { movedFrom, movedText } from "./moved.js";
import { noteName } from "./names.js";
import { mergeProfiles } from "./operations.js";
import { textOf } from "./texts.js";

/** @typedef {ReturnType<typeof import("./differences.js").compareProfiles>} Rows */
/** @typedef {(text: string) => void} Tell shows a text in the view */

/** The last request of each view, and its Idempotency-Key. @type {WeakMap<CompareView, { text: string, key: string }>} */
const requests = new WeakMap();

/** @param {App} app @param {CompareView | MovedView} view */
export const aboutMerge = (app, view) => textOf(app, "mergeTask", namesIn(app, view));

/** @param {App} app @param {CompareView | MovedView} view */
const namesIn = (app, { target, source }) => ({
  target: nameFor(app, target),
  source: nameFor(app, source),
});

/**
 * Merge the profiles of a view with the agent's choices. The view is kept until that has succeeded.
 * @param {App} app @param {CompareView} view @param {Rows} rows @param {Tell} tell
 */
export function merge(app, view, rows, tell) {
  changed.add(view);
  const action = async () => {
    try {
      finish(app, view, await send(app, view, rows));
    } catch (error) {
      await handle(app, view, error, tell);
    }
  };
  return run(app, action, { contact: null, kind: "merge", about: aboutMerge(app, view) });
}

/** @param {App} app @param {CompareView} view @param {Rows} rows */
async function send({ service }, view, rows) {
  const { target, source } = view;
  // The service compares the version of the target only.
  const latest = await service.profile(source.profile_id);
  const isMerged = latest.profile_id === target.profile_id;
  if (!isMerged && (latest.profile_id !== source.profile_id || latest.version !== source.version))
    throw new Problem("version_conflict", 412);
  const body = { profile_ids: [source.profile_id], fields: chosenFields(view, rows) };
  // The same request has the same key if it is sent again, so its response can be lost.
  const text = JSON.stringify(body);
  const last = requests.get(view);
  const request = last?.text === text ? last : { text, key: randomKey() };
  requests.set(view, request);
  return mergeProfiles(service, target, body, request.key);
}

/** Return a random key. Unlike `randomUUID`, this also works without HTTPS. */
const randomKey = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

/**
 * Show the merged profile, unless another contact has arrived meanwhile: then show that one.
 * @param {App} app @param {CompareView} view @param {MergedProfile} merged
 */
function finish(app, view, { profile, ...merge }) {
  const { store } = app;
  const { contact, waiting, view: now } = store.state;
  const names = namesIn(app, view);
  store.set({ merged: { merge, ...names } });
  for (const id of merge.profile_ids) store.noteAlias(id, profile.profile_id);
  noteName(app, merge.merge_id, names.source);
  follow(app, merge.profile_ids, profile);
  const announcement = textOf(app, "merged", names);
  if (now === view && waiting && contact?.contact_id !== view.contactId) {
    store.set({ waiting: null });
    show(app, waiting, announcement, true);
  } else showResult(app, view, { ...view.back.back, profile, focus: "heading" }, announcement);
}

/**
 * Explain a problem, and keep the agent's choices. Throw one that the panel explains elsewhere.
 * @param {App} app @param {CompareView} view @param {unknown} error @param {Tell} tell
 */
async function handle(app, view, error, tell) {
  if (!(error instanceof Problem)) throw error;
  const { code, members } = error;
  /** @param {string} text */
  const explain = (text) => {
    tell(text);
    app.store.set({ announcement: text });
    emitProblem(app, error, false);
  };
  if (code === "profile_not_found") explain(textOf(app, "gone", { name: await nameOfGone(app, view) }));
  else if (code === "invalid_request" && isTooMany(members)) explain(tooManyText(app, members));
  else if (code === "version_conflict" || code === "invalid_request") await refresh(app, view, tell);
  else throw error;
}

/** @param {Problem["members"]} members */
const isTooMany = ({ errors = [] }) =>
  errors.some((/** @type {{ pointer: string }} */ { pointer }) => pointer === "/profile_ids");

/**
 * Name the fields that have too many values. The service names them in its English text only.
 * @param {App} app @param {Problem["members"]} members
 */
function tooManyText(app, { errors }) {
  const { t, store } = app;
  const names = errors.flatMap(
    (/** @type {{ detail?: string }} */ { detail }) => detail?.match(/(?<=`)\w+(?=`)/g) ?? [],
  );
  const labels = [...new Set(names)].map((name) => t.searchKey(store.state.searchKeys, String(name)));
  return labels.length > 0 ? textOf(app, "tooManyOf", { fields: labels.join(", ") }) : textOf(app, "tooMany");
}

/** @param {App} app @param {CompareView} view */
async function nameOfGone(app, { target, source }) {
  const profiles = [];
  for (const profile of [target, source]) {
    const isGone = await app.service.profile(profile.profile_id).then(
      () => false,
      (error) => error.code === "profile_not_found",
    );
    if (isGone) profiles.push(profile);
  }
  return (profiles.length > 0 ? profiles : [target, source]).map((each) => nameFor(app, each)).join(", ");
}

/**
 * Show both profiles as they are now, with the choices of the agent.
 * @param {App} app @param {CompareView} view @param {Tell} tell
 */
async function refresh(app, view, tell) {
  const { service, store } = app;
  const [target, source] = await Promise.all([
    service.profile(view.target.profile_id),
    service.profile(view.source.profile_id),
  ]).catch(async (error) => {
    await handle(app, view, error, tell);
    return [];
  });
  if (!target || !source) return;
  if (target.profile_id === source.profile_id) {
    follow(app, [view.target.profile_id, view.source.profile_id], target);
    showResult(app, view, { ...view.back.back, profile: target }, textOf(app, "already"));
    return;
  }
  const moved = movedFrom(app, view, { target, source });
  /** @type {CompareView | MovedView} */
  const next = moved ?? { ...view, target, source, isOutdated: true, focus: "heading" };
  if (!moved) changed.add(next);
  const announcement = moved ? movedText(app, moved) : textOf(app, "outdated");
  if (store.state.view === view) show(app, next, announcement, true);
  else store.set({ drafts: store.state.drafts.map((each) => (each === view ? next : each)), announcement });
}
