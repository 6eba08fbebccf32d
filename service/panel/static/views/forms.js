// Loaded when the agent opens the first form.
import { changed, nameFor, show } from "../actions.js";
import { button, h, isolated } from "../dom.js";
import { loaded } from "../parts.js";
import { conflictView } from "./conflict.js";
import { createView } from "./create.js";
import { editView } from "./edit.js";

export { valuesForm } from "./edit-values.js";
export { sheet } from "./form-styles.js";

/** @typedef {Extract<View, { name: "create" | "edit" | "compare" | "conflict" }>} Form */

/** The elements of the forms, which keep what the agent has entered. @type {WeakMap<View, HTMLElement>} */
const elements = new WeakMap();

/**
 * Show a form. If it has been shown before, it is as the agent left it.
 * @param {App} app @param {Form} view
 */
export function formView(app, view) {
  const change = () => changed.add(view);
  /** @param {Event} event */
  const onclick = ({ target }) => target instanceof Element && target.closest(".row button") && change();
  const element = elements.get(view) ?? h("div", { oninput: change, onclick }, content(app, view));
  elements.set(view, element);
  return element;
}

/** @param {App} app @param {Form} view */
function content(app, view) {
  switch (view.name) {
    case "create":
      return createView(app, view);
    case "edit":
      return editView(app, view);
    case "compare":
      return loaded.merging?.compareView(app, view);
    default:
      return conflictView(app, view);
  }
}

/**
 * Show that a form is not saved, and the ways back to it.
 * @param {App} app @param {View} view
 */
export function draftNotice(app, view) {
  const { t, store } = app;
  const { drafts } = store.state;
  const name = view.name === "edit" ? nameFor(app, view.profile) : "";
  const about = view.name === "compare" || view.name === "moved" ? loaded.merging?.aboutMerge(app, view) : "";
  return h(
    "div",
    { class: "notice" },
    h(
      "p",
      {},
      t.text("draft"),
      " ",
      !about && [t.text(view.name === "create" ? "createProfile" : "edit"), " "],
      isolated(about || name),
    ),
    button(t.text("show"), () => show(app, view)),
    button(t.text("discard"), () => store.set({ drafts: drafts.filter((each) => each !== view) })),
  );
}
