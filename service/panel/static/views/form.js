import { run, show } from "../actions.js";
import { Problem } from "../client.js";
import { button, h, heading } from "../dom.js";

/**
 * @typedef {object} Options
 * @property {unknown} title
 * @property {string} [hint]
 * @property {HTMLElement | undefined} [intro]
 * @property {ReturnType<typeof import("./fields.js").profileFields>} fields
 * @property {unknown} [extra]
 * @property {string} label the text of the button that submits the form
 * @property {(fields: Fields) => Promise<string>} submit returns a text if the agent must do something first
 * @property {View} back the view after a cancellation
 */

/**
 * Create the frame of a form for a profile: its checks, its buttons and its errors.
 * @param {App} app @param {Options} options
 */
export function profileForm(app, { title, hint, intro, fields, extra, label, submit, back }) {
  const { t } = app;
  const { controls } = fields;
  const error = h("p", { class: "error", id: "form-error", role: "alert" });
  /** @type {Element[]} */
  let marked = [];
  /** @param {string} text @param {(HTMLElement | undefined)[]} invalid */
  const mark = (text, invalid) => {
    error.textContent = text;
    for (const control of marked) control.setAttribute("aria-invalid", "false");
    marked = invalid.filter((control) => control !== undefined);
    for (const control of marked) {
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-describedby", error.id);
    }
    invalid[0]?.focus();
  };
  /** @param {Event} event */
  const onsubmit = (event) => {
    event.preventDefault();
    const values = /** @type {Fields} */ (fields.read());
    if (!values.first_name && !values.business_name)
      return mark(t.text("nameMissing"), [controls.first_name]);
    const mistake = fields.findMistake();
    if (mistake) return mark(mistake.text, [mistake.control]);
    mark("", []);
    return run(app, async () => {
      try {
        mark(await submit(values), []);
      } catch (problem) {
        if (problem instanceof Problem)
          mark(
            "",
            wrongFields(problem).map((name) => controls[name]),
          );
        throw problem;
      }
    });
  };
  const send = h("button", { type: "submit", class: "primary" }, label);
  const buttons = h(
    "div",
    { class: "buttons" },
    send,
    button(t.text("cancel"), () => show(app, back, undefined, true)),
  );
  return [
    heading(title),
    hint && h("p", { class: "muted" }, hint),
    intro,
    h("form", { class: "fields", onsubmit, novalidate: true }, fields.element, extra, error, buttons),
  ];
}

/** @param {Problem} problem */
function wrongFields({ members }) {
  const errors = /** @type {{ pointer: string }[]} */ (members.errors ?? []);
  return errors.map(({ pointer }) => pointer.split("/")[1] ?? "");
}
