import { openView, show } from "../actions.js";
import { loadForms } from "../parts.js";

/**
 * Open a form. Its modules are not loaded before, because they are not needed to show a customer.
 * @param {App} app @param {View} view
 */
export function openForm(app, view) {
  return openView(app, async () => {
    const { sheet } = await loadForms();
    if (!app.root.adoptedStyleSheets.includes(sheet)) app.root.adoptedStyleSheets.push(sheet);
    return () => show(app, view);
  });
}

/**
 * Open the form for a new profile, with what the contact and the search brought.
 * @param {App} app @param {Criterion[]} criteria
 */
export function openCreation(app, criteria) {
  const { contact, view } = app.store.state;
  const back = view.name === "create" ? view.back : view;
  const searched = view.name === "results" && criteria.length === 0 ? view.criteria : criteria;
  return openForm(app, { name: "create", contact, criteria: searched, back, focus: "first_name" });
}
