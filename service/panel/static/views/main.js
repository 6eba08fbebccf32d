import { button, h, heading, hint } from "../dom.js";
import { loaded } from "../parts.js";
import { profileView } from "./profile.js";

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
      return loaded.results?.resultsView(app, view);
    case "profile":
      return profileView(app, view);
    case "duplicates":
    case "merges":
    case "moved":
      return loaded.merging?.listView(app, view);
    case "create":
    case "edit":
    case "compare":
    case "conflict":
      return loaded.forms?.formView(app, view);
    case "failed":
      return [heading(t.text("failed")), view.retry && button(t.text("tryAgain"), view.retry)];
    default:
      return [heading(t.text(view.name)), hint(view.name === "idle" && t.text("idleHint"))];
  }
}
