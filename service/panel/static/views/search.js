import { openCandidate, search } from "../actions.js";
import { button, h } from "../dom.js";
import { criterionForm } from "./criterion.js";
import { openCreation } from "./open.js";

/**
 * Create the search bar. It keeps what the agent typed while the views below change.
 * @param {App} app @param {() => void} refreshKeys
 */
export function searchBar(app, refreshKeys) {
  const { t, store } = app;
  const form = criterionForm(app, t.text("search"), (criterion) => search(app, [criterion]));
  form.send.className = "primary";
  form.select.addEventListener("focus", refreshKeys);
  // Completion is loaded when the agent begins to search, because most contacts match without it.
  const addCompletion = async () => {
    const completion = await import("./completion.js");
    completion.addCompletion(app, form, (candidate) => openCandidate(app, candidate, null));
  };
  form.element.addEventListener("focusin", addCompletion, { once: true });
  const open = () =>
    openCreation(
      app,
      [form.read()].filter(({ values }) => values.length > 0),
    );
  const create = button(t.text("createProfile"), open, { class: "create" });
  form.element.append(create);
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
  return h("search", { class: "search" }, form.element);
}
