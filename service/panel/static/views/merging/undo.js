import { emitProblem, isExpected, nameFor, run, showResult, unless } from "../../actions.js";
import { Problem } from "../../client.js";
import { isCurrent } from "../../contacts.js";
import { follow, noteLatest } from "../../follow.js";
import { undoMerge } from "./operations.js";
import { textOf } from "./texts.js";

/**
 * Undo a merge, and show what it left.
 * @param {App} app @param {Merge} merge @param {string} name the name of the profile that the others were merged into
 */
export function undo(app, merge, name) {
  const { view: from } = app.store.state;
  const action = async () => {
    try {
      const { profile, ...undone } = await undoMerge(app.service, merge.merge_id);
      // Before the result is shown, because the agent cannot open a profile until the action ends.
      const reading = readAssociated(app, profile.profile_id);
      await reading.finally(() => showUndone(app, from, profile, undone));
    } catch (error) {
      await explain(app, merge, name, error);
    }
  };
  return run(app, action, { contact: null, kind: "merge", about: textOf(app, "undoTask", { name }) });
}

/**
 * Name the profile into which others have merged the target of a merge since. Throw any other problem.
 * @param {App} app @param {Merge} merge @param {string} target @param {unknown} error
 */
async function explain(app, merge, target, error) {
  if (!(error instanceof Problem && error.code === "merge_superseded")) throw error;
  const later = await app.service.profile(merge.profile_id).catch(unless(isExpected));
  if (!later) throw error;
  follow(app, [merge.profile_id], later);
  emitProblem(app, error, false);
  const announcement = textOf(app, "superseded", { source: target, target: nameFor(app, later) });
  app.store.set({ merged: { merge, target, source: "", later }, announcement });
}

/** @param {App} app @param {View} from @param {Profile} profile @param {Merge} undone */
function showUndone(app, from, profile, undone) {
  const { store } = app;
  const target = nameFor(app, profile);
  store.set({ merged: { merge: undone, target, source: "" } });
  for (const id of undone.profile_ids) store.noteAlias(id, null);
  noteLatest(store, profile);
  const view = viewAfter(from, profile, undone);
  const announcement = textOf(app, undone.not_restored.length > 0 ? "undoneWithout" : "undone", {
    name: target,
  });
  if (view) showResult(app, from, view, announcement);
  else store.set({ announcement });
}

/**
 * Return what to show instead of a view that shows the profile as it was before the undo.
 * @param {View} view @param {Profile} profile @param {Merge} merge
 * @returns {View | null}
 */
function viewAfter(view, profile, merge) {
  if (!("profile" in view) || view.profile.profile_id !== profile.profile_id) return null;
  if (view.name === "profile") return { ...view, profile, focus: "heading" };
  if (view.name !== "merges") return null;
  const items = view.items.map((each) => (each.merge_id === merge.merge_id ? merge : each));
  return { ...view, profile, items, back: { ...view.back, profile }, focus: "heading" };
}

/**
 * Read again with which profile the current contact is associated, if that can have changed.
 * @param {App} app @param {string} profileId the profile from which others were restored
 */
async function readAssociated({ store, service, ...app }, profileId) {
  const { contact, associated } = store.state;
  if (!contact || associated?.profile_id !== profileId) return;
  const { association } = await service.contact(contact.contact_id);
  const profile = association && (await service.profile(association.profile_id));
  if (isCurrent({ store, service, ...app }, contact) && store.state.associated === associated)
    store.set({ associated: profile });
}
