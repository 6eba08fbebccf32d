import { run, show } from "../actions.js";
import { button, h, isolated } from "../dom.js";
import { criterionForm } from "./criterion.js";

const SHOWN = 12;
const REVEALED_FOR = 30_000;

/**
 * Show the values of custom search keys; add, release and reveal them.
 * @param {App} app @param {ProfileView} view
 */
export function keyValues(app, view) {
  const { t, store } = app;
  const mayEdit = store.state.scopes.has("profiles:edit");
  const rows = Object.entries(view.profile.keys).map(([key, values]) => row(app, view, key, values));
  if (rows.length === 0 && !mayEdit) return null;
  const all = button(t.text("showAll", { count: rows.length }), () => {
    for (const each of rows) each.hidden = false;
    all.remove();
    rows[SHOWN]?.focus();
  });
  for (const each of rows.slice(SHOWN)) each.hidden = true;
  return h(
    "section",
    {},
    h("h3", {}, t.field("keys")),
    h("ul", {}, rows),
    rows.length > SHOWN && all,
    mayEdit && addition(app, view),
  );
}

/** @param {App} app @param {ProfileView} view @param {string} key @param {string[]} values */
function row(app, view, key, values) {
  const { t, store } = app;
  const { scopes, searchKeys } = store.state;
  const label = t.searchKey(searchKeys, key);
  const list = h("span", { class: "values" });
  // A revealed value is released by its mask, which the profile has at the same place.
  /** @param {readonly string[]} shown */
  const fill = (shown) =>
    list.replaceChildren(...shown.map((text, index) => value(app, view, key, text, values[index] ?? text)));
  fill(values);
  const canReveal =
    scopes.has("profiles:reveal") && searchKeys.some(({ name, sensitive }) => name === key && sensitive);
  return h(
    "li",
    { class: "key-row", tabindex: -1 },
    h("span", { class: "muted" }, isolated(label)),
    list,
    canReveal && revealButton(app, view.profile, key, label, (shown) => fill(shown ?? values)),
  );
}

/**
 * @param {App} app @param {Profile} profile @param {string} key @param {string} label
 * @param {(values: readonly string[] | null) => void} fill
 */
function revealButton(app, profile, key, label, fill) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @param {string[] | null} values */
  const set = (values) => {
    clearTimeout(timer);
    timer = values ? setTimeout(() => set(null), REVEALED_FOR) : undefined;
    fill(values);
    const text = app.t.text(values ? "hide" : "reveal");
    toggle.textContent = text;
    toggle.setAttribute("aria-label", `${text}: ${label}`);
  };
  const reveal = () => run(app, async () => set((await app.service.reveal(profile.profile_id, key)).values));
  const toggle = button("", () => (timer ? set(null) : reveal()), { class: "link" });
  set(null);
  return toggle;
}

/**
 * Show one value. `stored` is the value in the profile: a mask if the search key is sensitive.
 * @param {App} app @param {ProfileView} view @param {string} key @param {string} text @param {string} stored
 */
function value(app, view, key, text, stored) {
  const { t, store, service } = app;
  const item = h("span", {}, isolated(text));
  if (!store.state.scopes.has("profiles:edit")) return item;
  const release = () =>
    change(app, view, "released", () => service.releaseValue(view.profile.profile_id, key, stored));
  const ask = () => {
    const yes = button(t.text("release"), release, { class: "danger" });
    const question = h("p", {}, t.parts("releaseQuestion", { value: isolated(text) }));
    item.replaceChildren(h("div", { class: "question" }, question, yes, button(t.text("cancel"), reset)));
    yes.focus();
  };
  const remove = button("×", ask, { class: "link", "aria-label": `${t.text("release")}: ${stored}` });
  const reset = () => {
    item.replaceChildren(isolated(text), remove);
    remove.focus();
  };
  item.append(remove);
  return item;
}

/** @param {App} app @param {ProfileView} view */
function addition(app, view) {
  const { t, service } = app;
  /** @param {Criterion} criterion */
  const submit = ({ key, values: [added = ""] }) =>
    change(app, view, "added", () => service.addValue(view.profile.profile_id, key, added));
  const form = criterionForm(
    app,
    t.text("add"),
    submit,
    ({ built_in, name }) => !built_in || /^(?:phone|email)$/.test(name),
  );
  return h("details", {}, h("summary", {}, t.text("addValue")), form.element);
}

/**
 * @param {App} app @param {ProfileView} view @param {"added" | "released"} text
 * @param {() => Promise<Profile>} action
 */
function change(app, view, text, action) {
  return run(app, async () => show(app, { ...view, profile: await action() }, app.t.text(text)));
}
