import { run } from "../actions.js";
import { button, h, isolated, muted } from "../dom.js";
import { shortMask } from "../format.js";
import { loaded, loadReveal } from "../parts.js";
import { openForm } from "./open.js";

const SHOWN = 12;

/**
 * Show the values of custom search keys, and reveal sensitive ones.
 * @param {App} app @param {ProfileView} view
 */
export function keyValues(app, view) {
  const { t, store } = app;
  const mayEdit = store.state.scopes.has("profiles:edit");
  const { keys } = view.profile;
  if (view.editing) return loaded.forms?.valuesForm(app, view);
  const rows = Object.keys(keys).map((key) => row(app, view.profile, key));
  if (rows.length === 0 && !mayEdit) return null;
  const all = button(t.text("showAll", { count: rows.length }), () => {
    for (const each of rows) each.hidden = false;
    all.remove();
    rows[SHOWN]?.focus();
  });
  for (const each of rows.slice(SHOWN)) each.hidden = true;
  const edit = () => openForm(app, { ...view, editing: true, focus: "keys" });
  return h(
    "section",
    {},
    h("h3", {}, t.field("keys"), mayEdit && button(t.text("editValues"), edit, { class: "link" })),
    h("ul", {}, rows),
    rows.length > SHOWN && all,
  );
}

/** @param {App} app @param {Profile} profile @param {string} key */
function row(app, profile, key) {
  const { scopes, searchKeys } = app.store.state;
  const label = app.t.searchKey(searchKeys, key);
  const list = h("span", { class: "values" });
  /** @param {readonly string[]} values */
  const fill = (values) => list.replaceChildren(...values.map((value) => isolated(shortMask(value))));
  const isSensitive = searchKeys.some(({ name, sensitive }) => name === key && sensitive);
  const reveal = async () => {
    const { toggleValues } = await loadReveal();
    await toggleValues(app, profile, key, label, toggle, fill);
  };
  const text = app.t.text("reveal");
  const toggle = button(text, () => run(app, reveal), { class: "link", "aria-label": `${text}: ${label}` });
  fill(profile.keys[key] ?? []);
  return h(
    "li",
    { class: "key-row", tabindex: -1 },
    muted(isolated(label)),
    h("span", { class: "line" }, list, isSensitive && scopes.has("profiles:reveal") && toggle),
  );
}
