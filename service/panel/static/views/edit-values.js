import { run, show, showResult } from "../actions.js";
import { addValue, releaseValue } from "../changes.js";
import { button, h, isolated, muted, question } from "../dom.js";
import { follow } from "../follow.js";
import { shortMask } from "../format.js";
import { criterionForm } from "./criterion.js";

/**
 * Add and release values of search keys.
 * @param {App} app @param {ProfileView} view
 */
export function valuesForm(app, view) {
  const { t, service, store } = app;
  const { profile } = view;
  const rows = Object.entries(profile.keys).map(([key, values]) => {
    const label = t.searchKey(store.state.searchKeys, key);
    const items = values.map((value) => valueItem(app, view, key, value));
    return h("li", { class: "key-row" }, muted(isolated(label)), h("span", { class: "values" }, items));
  });
  /** @param {Criterion} criterion */
  const submit = ({ key, values: [value = ""] }) =>
    change(app, view, "added", () => addValue(service, profile.profile_id, key, value));
  /** @param {SearchKey} key */
  const isOffered = ({ built_in, name }) => !built_in || name === "phone" || name === "email";
  const close = () => show(app, { ...view, editing: false });
  return h(
    "section",
    { class: "box" },
    h("h3", { tabindex: -1, "data-focus": "keys" }, t.field("keys")),
    h("ul", {}, rows),
    criterionForm(app, t.text("add"), submit, isOffered, t.field("keys")).element,
    button(t.text("done"), close),
  );
}

/**
 * Show a value with the button that releases it. A value of a sensitive search key is a mask.
 * @param {App} app @param {ProfileView} view @param {string} key @param {string} value
 */
function valueItem(app, view, key, value) {
  const { t, service } = app;
  const item = h("span", {});
  const text = shortMask(value);
  const release = () =>
    change(app, view, "released", () => releaseValue(service, view.profile.profile_id, key, value));
  const ask = () => {
    const yes = button(t.text("release"), release, { class: "danger" });
    const no = button(t.text("cancel"), reset);
    item.replaceChildren(question(t.parts("releaseQuestion", { value: isolated(text) }), yes, no));
    no.focus();
  };
  const remove = button("×", ask, { class: "link", "aria-label": `${t.text("release")}: ${text}` });
  const fill = () => item.replaceChildren(isolated(text), remove);
  const reset = () => {
    fill();
    remove.focus();
  };
  fill();
  return item;
}

/**
 * @param {App} app @param {ProfileView} view @param {"added" | "released"} text
 * @param {() => Promise<Profile>} action
 */
function change(app, view, text, action) {
  return run(app, async () => {
    const profile = await action();
    follow(app, [view.profile.profile_id], profile);
    showResult(app, view, { ...view, profile, focus: "keys" }, app.t.text(text));
  });
}
