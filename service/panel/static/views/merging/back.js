import { nameFor, show } from "../../actions.js";
import { button, named } from "../../dom.js";
import { partsOf } from "./texts.js";

/**
 * Create the button that leads from a list back to its profile.
 * @param {App} app @param {ProfileView} back
 */
export function backButton(app, back) {
  const name = named(nameFor(app, back.profile));
  return button(["‹ ", partsOf(app, "backToProfile", { name })], () => show(app, back), { class: "link" });
}
