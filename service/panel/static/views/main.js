import { button, h, heading } from "../dom.js";
import { conflictView } from "./conflict.js";
import { createView } from "./create.js";
import { editView } from "./edit.js";
import { profileView } from "./profile.js";
import { resultsView } from "./results.js";

/**
 * Show the current view.
 * @param {App} app
 */
export function mainView(app) {
  const { view } = app.store.state;
  return h("div", { class: `main ${view.name}`, "data-view": view.name }, content(app, view));
}

/** @param {App} app @param {View} view */
function content(app, view) {
  const { t } = app;
  switch (view.name) {
    case "results":
      return resultsView(app, view);
    case "profile":
      return profileView(app, view);
    case "create":
      return createView(app, view);
    case "edit":
      return editView(app, view);
    case "conflict":
      return conflictView(app, view);
    case "matching":
      return [heading(t.text("matching")), h("div", { class: "skeleton", "aria-hidden": true })];
    case "failed":
      return [heading(t.text("failed")), button(t.text("tryAgain"), view.retry)];
    default:
      return [heading(t.text("idleTitle")), h("p", { class: "muted" }, t.text("idleHint"))];
  }
}
