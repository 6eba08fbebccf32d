import { openProfile } from "../../actions.js";
import { button, h, isolated, named } from "../../dom.js";
import { partsOf, textOf } from "./texts.js";
import { undo } from "./undo.js";

/**
 * Show that profiles were merged, with the way back; or that this was undone, and what could not be restored.
 * @param {App} app @param {MergeNotice} notice
 */
export function mergeNotice(app, { merge, target, source }) {
  const { t, store } = app;
  const { undone_at, not_restored, profile_ids } = merge;
  const [only, another] = profile_ids;
  const text = !undone_at
    ? partsOf(app, "merged", { source: named(source), target: named(target) })
    : partsOf(app, not_restored.length > 0 ? "undoneWithout" : "undone", { name: named(target) });
  return h(
    "div",
    { class: "notice", "data-merge": undone_at ? "undone" : "done" },
    h("p", {}, text),
    button("×", () => store.set({ merged: null }), { class: "link", "aria-label": t.text("dismiss") }),
    undone_at
      ? [
          problemList(app, merge),
          only && !another && button(textOf(app, "openRestored"), () => openProfile(app, only)),
        ]
      : button(t.text("undo"), () => undo(app, merge, target), { "aria-label": textOf(app, "undoMerge") }),
  );
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
