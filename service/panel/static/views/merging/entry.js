// Loaded after a profile is shown.
import { openView, show } from "../../actions.js";
import { button, h } from "../../dom.js";
import { follow } from "../../follow.js";
import { loadMerging } from "../../parts.js";

/**
 * Offer the possible duplicates of a profile, and its merges if the agent may merge profiles.
 * @param {App} app @param {ProfileView} view
 */
export function mergeButtons(app, view) {
  /** @param {"duplicates" | "merges"} name @param {string} label */
  const offer = (name, label) => {
    const open = async () => (await loadMerging()).openList(app, view, name);
    return button(label, () => openView(app, open), { "data-focus": name });
  };
  return h(
    "div",
    { class: "line" },
    offer("duplicates", app.t.text("possibleDuplicates")),
    app.store.state.scopes.has("profiles:merge") && offer("merges", app.t.text("merges")),
  );
}

/**
 * Show that a profile lives on in another one, and the way to it.
 * @param {App} app @param {ProfileView} view
 */
export function mergedHint(app, view) {
  const { t } = app;
  const open = () =>
    openView(app, async () => {
      const profile = await app.service.profile(view.profile.profile_id);
      return () => {
        follow(app, [view.profile.profile_id], profile);
        show(app, { ...view, profile, confirming: false, editing: false });
      };
    });
  return h("div", { class: "question" }, h("p", {}, t.text("isMerged")), button(t.text("show"), open));
}
