import { openProfile } from "../actions.js";
import { describe } from "../contacts.js";
import { button, h, isolated } from "../dom.js";
import { fill } from "../text.js";

/**
 * Show a problem, a lost connection, and a contact that waits.
 * @param {App} app
 */
export function notices(app) {
  const { t, store } = app;
  const { notice, retrying, waiting, contact } = store.state;
  const open = () => waiting && store.set({ view: { focus: "heading", ...waiting }, waiting: null });
  return h(
    "div",
    { class: "notices" },
    h("div", { role: "alert" }, notice && problem(app, notice)),
    h(
      "div",
      { role: "status" },
      retrying &&
        h("p", { class: "notice warn" }, t.problem(retrying.code, retrying.status), " ", t.text("retrying")),
    ),
    waiting &&
      contact &&
      h(
        "div",
        { class: "notice" },
        h("p", {}, t.parts("waiting", { contact: isolated(describe(app, contact)) })),
        button(t.text("show"), open),
      ),
  );
}

/** @param {App} app @param {Notice} notice */
function problem(app, { problem: { code, status, members }, retry }) {
  const { t, store } = app;
  const isFault = status >= 500;
  const key = isolated(t.searchKey(store.state.searchKeys, String(members.key)));
  const { errors = [], profile_id: owner, request_id: id } = members;
  return h(
    "div",
    { class: "notice bad", "data-code": code },
    h("p", {}, fill(t.problem(code, status), { key }), fieldList(app, errors)),
    button("×", () => store.set({ notice: null }), { class: "link", "aria-label": t.text("dismiss") }),
    isFault && id && h("small", {}, t.text("requestId", { id })),
    owner && button(t.text("openOwner"), () => openProfile(app, owner)),
    retry && button(t.text("tryAgain"), retry),
  );
}

/** @param {App} app @param {{ pointer: string }[]} errors */
function fieldList({ t }, errors) {
  const names = errors.map(({ pointer }) => pointer.split("/").find((part) => t.name("fields", part)));
  const fields = [...new Set(names)].filter(Boolean).map((name) => t.field(String(name)));
  return fields.length > 0 && [" ", t.text("checkFields", { fields: fields.join(", ") })];
}
