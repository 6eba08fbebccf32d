import { openProfile } from "../actions.js";
import { describe } from "../contacts.js";
import { button, h, isolated } from "../dom.js";

/**
 * Show a problem, a lost connection, and a contact that waits.
 * @param {App} app
 */
export function notices(app) {
  const { notice, retrying, waiting, contact } = app.store.state;
  return h(
    "div",
    { class: "notices" },
    h("div", { role: "alert" }, notice && problem(app, notice)),
    h("div", { role: "status" }, retrying && h("p", { class: "notice waiting" }, app.t.problem(retrying))),
    waiting && contact && arrival(app, waiting, contact),
  );
}

/** @param {App} app @param {Notice} notice */
function problem(app, { problem: { code, status, members }, retry }) {
  const { t, store } = app;
  const key = t.searchKey(store.state.searchKeys, String(members.key ?? ""));
  const sentence = t.problem(code).replace("{key}", () => key);
  const owner = code === "unique_key_taken" && members.profile_id;
  const id = status >= 500 || code === "internal_error" ? members.request_id : null;
  return h(
    "div",
    { class: "notice problem" },
    h("p", {}, isolated(sentence), fieldList(app, members.errors ?? [])),
    id && h("p", { class: "muted" }, t.text("requestId", { id })),
    owner && button(t.text("openOwner"), () => openProfile(app, owner)),
    retry && button(t.text("tryAgain"), retry),
    button("×", () => store.set({ notice: null }), { class: "close", "aria-label": t.text("dismiss") }),
  );
}

/** @param {App} app @param {{ pointer: string }[]} errors */
function fieldList({ t }, errors) {
  const names = errors.map(({ pointer }) => pointer.split("/").find((part) => part in t.messages.fields));
  const fields = [...new Set(names)].filter((name) => name !== undefined).map((name) => t.field(name));
  return fields.length > 0 && [" ", t.text("checkFields", { fields: fields.join(", ") })];
}

/** @param {App} app @param {View} view @param {IncomingContact} contact */
function arrival(app, view, contact) {
  const { t, store } = app;
  const open = () => store.set({ view: { focus: "heading", ...view }, waiting: null });
  return h(
    "div",
    { class: "notice arrival" },
    h("p", {}, t.parts("waiting", { text: isolated(describe(app, contact)) })),
    button(t.text("show"), open),
  );
}
