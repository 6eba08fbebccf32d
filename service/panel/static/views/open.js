import { run, show } from "../actions.js";
import { Problem } from "../client.js";

/** @typedef {typeof import("./forms.js")} Forms */

/** @type {{ forms: Forms | null }} */
export const loaded = { forms: null };

/**
 * Open a form.
 * @param {App} app @param {View} view
 */
export function openForm(app, view) {
  return run(app, async () => {
    loaded.forms ??= await import("./forms.js").catch(() => {
      throw new Problem("connection_lost");
    });
    show(app, view);
  });
}

/**
 * Open the form for a new profile, with what the contact and the search brought.
 * @param {App} app @param {Criterion[]} criteria
 */
export function openCreation(app, criteria) {
  const { contact, view } = app.store.state;
  const back = view.name === "create" ? view.back : view;
  return openForm(app, { name: "create", contact, criteria, back, focus: "first_name" });
}
