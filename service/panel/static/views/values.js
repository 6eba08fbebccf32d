import { run, show } from "../actions.js";
import { button, h, isolated } from "../dom.js";
import { criterionForm } from "./criterion.js";

/** @typedef {Extract<View, { name: "profile" }>} ProfileView */

const SHOWN = 12;
const REVEALED_FOR = 30_000;

/**
 * Show the values of custom search keys; add, release and reveal them.
 * @param {App} app @param {ProfileView} view
 */
export function keyValues(app, view) {
  const { t, store } = app;
  const { profile } = view;
  const mayEdit = store.state.scopes.has("profiles:edit");
  const keys = Object.entries(profile.keys).filter(([, values]) => values.length > 0);
  if (keys.length === 0 && !mayEdit) return null;
  const rows = keys.map(([key, values]) => row(app, view, key, values));
  const all = button(t.text("showAll", { count: rows.length }), () => {
    for (const each of rows) each.hidden = false;
    rows[SHOWN]?.querySelector("button")?.focus();
    all.remove();
  });
  for (const each of rows.slice(SHOWN)) each.hidden = true;
  return h(
    "section",
    { class: "keys", "aria-label": t.text("keys") },
    h("h3", {}, t.text("keys")),
    h("div", { role: "list" }, rows),
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
  /** @param {readonly string[]} shown */
  const fill = (shown) =>
    list.replaceChildren(...shown.map((text, index) => value(app, view, key, text, values[index] ?? text)));
  fill(values);
  const isSensitive = searchKeys.find(({ name }) => name === key)?.sensitive;
  const canReveal = isSensitive && scopes.has("profiles:reveal");
  return h(
    "div",
    { class: "key-row", role: "listitem" },
    h("span", { class: "key" }, isolated(label)),
    list,
    canReveal && revealButton(app, view.profile, key, label, (shown) => fill(shown ?? values)),
  );
}

/**
 * @param {App} app @param {Profile} profile @param {string} key @param {string} label
 * @param {(values: readonly string[] | null) => void} fill
 */
function revealButton(app, profile, key, label, fill) {
  const { t } = app;
  let timer = 0;
  let isShown = false;
  const hide = () => {
    clearTimeout(timer);
    isShown = false;
    fill(null);
    name();
  };
  const reveal = () =>
    run(app, async () => {
      const { values } = await app.service.reveal(profile.profile_id, key);
      fill(values);
      isShown = true;
      name();
      timer = window.setTimeout(hide, REVEALED_FOR);
      app.store.set({ announcement: t.text("revealed") });
    });
  const toggle = button("", () => (isShown ? hide() : reveal()), { class: "link" });
  const name = () => {
    toggle.textContent = t.text(isShown ? "hide" : "reveal");
    toggle.setAttribute("aria-label", t.text(isShown ? "hideKey" : "revealKey", { key: label }));
  };
  name();
  return toggle;
}

/**
 * Show one value. ``stored`` is the value in the profile, a mask if the search key is sensitive.
 * @param {App} app @param {ProfileView} view @param {string} key @param {string} text @param {string} stored
 */
function value(app, view, key, text, stored) {
  const { t, store } = app;
  if (!store.state.scopes.has("profiles:edit")) return h("span", {}, isolated(text));
  const item = h("span", { class: "value-item" });
  const release = () => change(app, view, "released", () => app.service.releaseValue(view.profile.profile_id, key, stored));
  const remove = button("×", () => ask(), { class: "remove", "aria-label": t.text("releaseValue", { value: stored }) });
  const reset = () => {
    item.replaceChildren(isolated(text), remove);
    remove.focus();
  };
  const ask = () => {
    const yes = button(t.text("release"), release, { class: "danger" });
    item.replaceChildren(...t.parts("releaseQuestion", { value: isolated(text) }), " ", yes, button(t.text("cancel"), reset));
    yes.focus();
  };
  item.append(isolated(text), remove);
  return item;
}

/** @param {App} app @param {ProfileView} view */
function addition(app, view) {
  const { t } = app;
  /** @param {Criterion} criterion */
  const submit = ({ key, values: [added = ""] }) =>
    change(app, view, "added", () => app.service.addValue(view.profile.profile_id, key, added));
  /** @param {SearchKey} key */
  const isOffered = ({ built_in, name }) => !built_in || name === "phone" || name === "email";
  const form = criterionForm(app, { label: t.text("add"), submit, isOffered });
  return h("details", {}, h("summary", {}, t.text("addValue")), form.element);
}

/**
 * @param {App} app @param {ProfileView} view @param {"added" | "released"} text
 * @param {() => Promise<Profile>} action
 */
function change(app, view, text, action) {
  return run(app, async () => {
    const profile = await action();
    show(app, { ...view, profile }, app.t.text(text));
  });
}
