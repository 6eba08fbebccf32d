import { nameFor, openCandidate, openProfile } from "../../actions.js";
import { button, h, isolated, named } from "../../dom.js";
import { partsOf, textOf } from "./texts.js";
import { undo } from "./undo.js";

/**
 * Show that profiles were merged, with the way back; or that this was undone, and what could not be restored; or
 * why it cannot be undone yet.
 * @param {App} app @param {MergeNotice} notice
 */
export function mergeNotice(app, notice) {
  const { t, store } = app;
  const [state, text, rest] = contentOf(app, notice);
  return h(
    "div",
    { class: "notice", "data-merge": state },
    h("p", {}, text),
    button("×", () => store.set({ merged: null }), { class: "link", "aria-label": t.text("dismiss") }),
    rest,
  );
}

/**
 * Return the state of a merge, the text about it, and what the agent can do.
 * @param {App} app @param {MergeNotice} notice
 * @returns {[state: string, text: unknown, rest: unknown]}
 */
function contentOf(app, { merge, target, source, later }) {
  const { undone_at, not_restored, profile_ids } = merge;
  const [only, another] = profile_ids;
  if (later) {
    const name = nameFor(app, later);
    const text = partsOf(app, "superseded", { source: named(target), target: named(name) });
    const open = () => openCandidate(app, { profile: later, matched_on: [] }, null);
    return ["superseded", text, button(textOf(app, "openNamed", { name }), open)];
  }
  if (!undone_at) {
    const text = partsOf(app, "merged", { source: named(source), target: named(target) });
    const attributes = { "aria-label": textOf(app, "undoMerge") };
    return ["done", text, button(app.t.text("undo"), () => undo(app, merge, target), attributes)];
  }
  const text = partsOf(app, not_restored.length > 0 ? "undoneWithout" : "undone", { name: named(target) });
  const open = only && !another && button(textOf(app, "openRestored"), () => openProfile(app, only));
  return ["undone", text, [problemList(app, merge), open]];
}

/**
 * Return what the undo of a merge could not restore, as a list.
 * @param {App} app @param {Merge} merge
 */
export function problemList(app, { not_restored }) {
  const { t, store } = app;
  const items = not_restored.map(({ key, reason, owner_id: owner }) => {
    const label = isolated(t.searchKey(store.state.searchKeys, key));
    const open = owner && button(t.text("openOwner"), () => openProfile(app, owner), { class: "link" });
    return h("li", {}, partsOf(app, reason, { key: label }), " ", open);
  });
  return items.length > 0 && h("ul", {}, items);
}
