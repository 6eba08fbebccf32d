import { button, h, heading, hint } from "../dom.js";
import { loaded } from "./open.js";
import { profileView } from "./profile.js";
import { resultsView } from "./results.js";

/**
 * Show the current view.
 * @param {App} app
 */
export function mainView(app) {
  const { view } = app.store.state;
  return h("div", { class: "main", "data-view": view.name }, content(app, view));
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
      return loaded.forms?.createView(app, view);
    case "edit":
      return loaded.forms?.editView(app, view);
    case "conflict":
      return loaded.forms?.conflictView(app, view);
    case "failed":
      return [heading(t.text("failed")), button(t.text("tryAgain"), view.retry)];
    default:
      return [heading(t.text(view.name)), hint(view.name === "idle" && t.text("idleHint"))];
  }
}
