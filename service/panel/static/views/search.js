import { openCandidate, search, show } from "../actions.js";
import { button, h } from "../dom.js";
import { prefill } from "../prefill.js";
import { addCompletion } from "./completion.js";
import { criterionForm } from "./criterion.js";

/**
 * Create the search bar. It keeps what the agent typed while the views below change.
 * @param {App} app @param {() => void} refreshKeys
 */
export function searchBar(app, refreshKeys) {
  const { t, store } = app;
  const form = criterionForm(app, { label: t.text("search"), submit: (criterion) => search(app, [criterion]), kind: "primary" });
  form.element.setAttribute("role", "search");
  form.select.addEventListener("focus", refreshKeys);
  addCompletion(app, form, (candidate) => openCandidate(app, candidate, null));
  const typed = () => {
    const value = form.input.value.trim();
    return value ? [{ key: form.select.value, values: [value] }] : [];
  };
  const create = button(t.text("createProfile"), () => openCreation(app, typed()), { class: "create-profile" });
  const bar = h("div", { class: "search" }, form.element, create);
  let { searchKeys, contact } = store.state;
  const update = () => {
    const { state } = store;
    create.hidden = !state.scopes.has("profiles:create");
    if (state.searchKeys !== searchKeys) form.refill();
    if (state.contact !== contact) form.input.value = "";
    ({ searchKeys, contact } = state);
  };
  update();
  store.subscribe(update);
  return bar;
}

/**
 * Open the form for a new profile, with what is known.
 * @param {App} app @param {Criterion[]} criteria
 */
export function openCreation(app, criteria) {
  const { contact, view, searchKeys } = app.store.state;
  const fields = prefill(contact, criteria, searchKeys);
  const back = view.name === "create" ? view.back : view;
  show(app, { name: "create", fields, contact, back, focus: "first_name" });
}
