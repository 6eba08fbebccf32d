// Loaded when the agent opens the possible duplicates or the merges of a profile.
import { show } from "../../actions.js";
import { loadForms } from "../../parts.js";
import { sheet as formSheet } from "../form-styles.js";
import { duplicatesView, openDuplicates } from "./duplicates.js";
import { mergesView, openMerges } from "./merges.js";
import { movedView } from "./moved.js";
import { sheet } from "./styles.js";

export { compareView } from "./compare.js";
export { aboutMerge } from "./merge.js";
export { mergeNotice } from "./notice.js";

/**
 * Load a list of a profile, and return the function that shows it.
 * @param {App} app @param {ProfileView} back @param {"duplicates" | "merges"} name
 */
export async function openList(app, back, name) {
  const sheets = app.root.adoptedStyleSheets;
  for (const each of [formSheet, sheet]) if (!sheets.includes(each)) sheets.push(each);
  const open = name === "duplicates" ? openDuplicates : openMerges;
  const [view] = await Promise.all([open(app, { ...back, focus: name }), loadForms()]);
  return () => show(app, view);
}

/** @param {App} app @param {DuplicatesView | MergesView | MovedView} view */
export function listView(app, view) {
  switch (view.name) {
    case "duplicates":
      return duplicatesView(app, view);
    case "merges":
      return mergesView(app, view);
    default:
      return movedView(app, view);
  }
}
