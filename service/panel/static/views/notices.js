import { openProfile, show } from "../actions.js";
import { describe } from "../contacts.js";
import { button, h, isolated } from "../dom.js";
import { loaded } from "../parts.js";
import { fill } from "../text.js";

/**
 * Show problems, a lost connection, forms that are not saved, and a contact that waits.
 * @param {App} app
 */
export function notices(app) {
  const { t, store } = app;
  const { notice, unfinished, merged, drafts, retrying, waiting, contact } = store.state;
  const open = () => {
    store.set({ waiting: null });
    if (waiting) show(app, waiting);
  };
  return h(
    "div",
    { class: "notices" },
    h(
      "div",
      { role: "alert" },
      [notice, ...unfinished].map((each) => each && problem(app, each)),
    ),
    h(
      "div",
      { role: "status" },
      retrying &&
        h("p", { class: "notice warn" }, t.problem(retrying.code, retrying.status), " ", t.text("retrying")),
    ),
    merged && loaded.merging?.mergeNotice(app, merged),
    drafts.map((view) => loaded.forms?.draftNotice(app, view)),
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
function problem(app, notice) {
  const { t, store } = app;
  const {
    problem: { code, status, members },
    retry,
    task,
  } = notice;
  const isFault = status >= 500;
  const key = isolated(t.searchKey(store.state.searchKeys, String(members.key)));
  const { errors = [], profile_id: owner, request_id: id } = members;
  const others = store.state.unfinished.filter((each) => each !== notice);
  const dismiss = () => store.set(task && retry ? { unfinished: others } : { notice: null });
  return h(
    "div",
    { class: "notice bad", "data-code": code },
    h(
      "p",
      {},
      task && [h("strong", {}, isolated(task.about)), " "],
      fill(t.problem(code, status), { key }),
      fieldList(app, errors),
    ),
    button("×", dismiss, { class: "link", "aria-label": t.text("dismiss") }),
    isFault && id && h("small", {}, t.text("requestId", { id })),
    owner && code !== "profile_not_found" && button(t.text("openOwner"), () => openProfile(app, owner)),
    retry &&
      button(t.text("tryAgain"), retry, task && { "aria-label": `${t.text("tryAgain")}: ${task.about}` }),
  );
}

/** @param {App} app @param {{ pointer: string }[]} errors */
function fieldList({ t }, errors) {
  const names = errors.map(({ pointer }) => pointer.split("/").find((part) => t.name("fields", part)));
  const fields = [...new Set(names)].filter(Boolean).map((name) => t.field(String(name)));
  return fields.length > 0 && [" ", t.text("checkFields", { fields: fields.join(", ") })];
}
