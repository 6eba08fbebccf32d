import { nameFor, run, showResult } from "../../actions.js";
import { isCurrent } from "../../contacts.js";
import { undoMerge } from "./operations.js";
import { textOf } from "./texts.js";

/**
 * Undo a merge, and show what it left.
 * @param {App} app @param {Merge} merge @param {string} name the name of the profile that the others were merged into
 */
export function undo(app, merge, name) {
  const { view: from } = app.store.state;
  const action = async () => {
    const { profile, ...undone } = await undoMerge(app.service, merge.merge_id);
    // Before the result is shown, because the agent cannot open a profile until the action ends.
    const reading = readAssociated(app, profile.profile_id);
    await reading.finally(() => showUndone(app, from, profile, undone));
  };
  return run(app, action, { contact: null, kind: "merge", about: textOf(app, "undoTask", { name }) });
}

/** @param {App} app @param {View} from @param {Profile} profile @param {Merge} undone */
function showUndone(app, from, profile, undone) {
  const { store } = app;
  const target = nameFor(app, profile);
  store.set({ merged: { merge: undone, target, source: "" } });
  for (const id of undone.profile_ids) store.noteAlias(id, false);
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
