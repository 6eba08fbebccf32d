import { nameFor, openProfile, openView, show } from "../../actions.js";
import { badge, button, h, heading, hint, isolated, muted, named, question } from "../../dom.js";
import { formatTime } from "../../format.js";
import { endOf } from "../apart.js";
import { backButton } from "./back.js";
import { nameOfMerged, readNames } from "./names.js";
import { problemList } from "./notice.js";
import { readMerges } from "./operations.js";
import { partsOf, textOf } from "./texts.js";
import { undo } from "./undo.js";

/**
 * @param {App} app @param {ProfileView} back
 * @returns {Promise<MergesView>}
 */
export async function openMerges(app, back) {
  const { profile } = back;
  const page = await readMerges(app.service, profile.profile_id, null);
  return { ...page, name: "merges", profile, back };
}

/**
 * Show the merges into a profile, newest first.
 * @param {App} app @param {MergesView} view
 */
export function mergesView(app, view) {
  const { t } = app;
  const { profile, items, next_cursor, back } = view;
  const more = () =>
    openView(app, async () => {
      const next = await readMerges(app.service, profile.profile_id, next_cursor);
      const focus = next.items.length > 0 ? `item-${items.length}` : "heading";
      return () => show(app, { ...view, ...next, items: [...items, ...next.items], focus });
    });
  return [
    backButton(app, back),
    heading(t.text("merges")),
    items.length === 0 && hint(textOf(app, "noMerges")),
    h(
      "ol",
      { class: "merges" },
      items.map((merge, index) => item(app, view, merge, index)),
    ),
    next_cursor && button(t.text("more"), more),
  ];
}

/** @param {App} app @param {MergesView} view @param {Merge} merge @param {number} index */
function item(app, { profile }, merge, index) {
  const { t } = app;
  const { merged_at, undone_at, agent_id, profile_ids } = merge;
  const count = profile_ids.length;
  const name = nameOfMerged(app, merge.merge_id);
  const ids = profile_ids.map(endOf).join(", ");
  return h(
    "li",
    { tabindex: -1, "data-focus": `item-${index}`, "data-merge-id": merge.merge_id },
    h(
      "div",
      { class: "line" },
      h("time", { datetime: merged_at }, formatTime(merged_at, t.language)),
      textOf(app, count === 1 ? "oneMerged" : "manyMerged", { count }),
      name && h("strong", {}, named(name)),
      h("small", {}, `${t.field("profile_id")}: ${ids}`),
      agent_id && muted(t.parts("agent", { agent: isolated(agent_id) })),
      undone_at && badge(textOf(app, "undoneAt", { time: formatTime(undone_at, t.language) })),
    ),
    undone_at ? restored(app, merge) : undoing(app, profile, merge),
  );
}

/**
 * Show what an undo could not restore, and the ways to the restored profiles. Their names are read afterwards.
 * @param {App} app @param {Merge} merge
 */
function restored(app, merge) {
  const { profile_ids: ids } = merge;
  const label = textOf(app, "openRestored");
  const buttons = ids.map((id) =>
    button(ids.length > 1 ? `${label} (${endOf(id)})` : label, () => openProfile(app, id), { class: "link" }),
  );
  /** @param {ReadonlyMap<string, string>} names */
  const fill = (names) =>
    ids.forEach((id, index) => {
      const name = names.get(id);
      if (name) buttons[index]?.replaceChildren(...openNamed(app, name, id));
    });
  if (ids.length > 1) readNames(app, ids).then(fill);
  return [problemList(app, merge), h("div", { class: "line" }, buttons)];
}

/** @param {App} app @param {string} name @param {string} id */
const openNamed = (app, name, id) => partsOf(app, "openRestoredOf", { name: isolated(name), id: endOf(id) });

/**
 * Offer the undo of a merge. It asks before.
 * @param {App} app @param {Profile} profile @param {Merge} merge
 */
function undoing(app, profile, merge) {
  // The profile of the merge was itself merged since.
  if (merge.profile_id !== profile.profile_id) return muted(textOf(app, "laterFirst"));
  const place = h("div", {});
  const ask = () => {
    const yes = button(textOf(app, "undoMerge"), () => undo(app, merge, nameFor(app, profile)), {
      class: "primary",
    });
    const no = button(app.t.text("cancel"), () => {
      place.replaceChildren(begin);
      begin.focus();
    });
    place.replaceChildren(question(textOf(app, "undoQuestion"), yes, no));
    no.focus();
  };
  const time = formatTime(merge.merged_at, app.t.language);
  const begin = button(app.t.text("undo"), ask, { "aria-label": textOf(app, "undoOf", { time }) });
  place.append(begin);
  return place;
}
