import { run } from "../actions.js";
import { Problem } from "../client.js";
import { button, h, heading } from "../dom.js";

/**
 * Create the frame of a form for a profile: its checks, its buttons and its errors.
 * @param {App} app
 * @param {{ title: string, hint?: string, fields: ReturnType<typeof import("./fields.js").profileFields>,
 *   extra?: HTMLElement | null, label: string, submit: (fields: Fields) => Promise<void>, cancel: () => void }} options
 */
export function profileForm(app, { title, hint, fields, extra, label, submit, cancel }) {
  const { t } = app;
  const { controls } = fields;
  const error = h("p", { class: "error", id: "form-error", role: "alert" });
  /** @param {string} text @param {string[]} names */
  const mark = (text, names) => {
    error.textContent = text;
    for (const [name, control] of Object.entries(controls)) {
      const isWrong = names.includes(name);
      control.setAttribute("aria-invalid", String(isWrong));
      if (isWrong) control.setAttribute("aria-describedby", error.id);
      else control.removeAttribute("aria-describedby");
    }
    controls[names[0] ?? ""]?.focus();
  };
  /** @param {Event} event */
  const onsubmit = (event) => {
    event.preventDefault();
    const values = /** @type {Fields} */ (fields.read());
    if (!values.first_name && !values.business_name) return mark(t.text("nameMissing"), ["first_name"]);
    mark("", []);
    return run(app, async () => {
      try {
        await submit(values);
      } catch (problem) {
        if (problem instanceof Problem) mark("", wrongFields(problem));
        throw problem;
      }
    });
  };
  return [
    heading(title),
    hint && h("p", { class: "hint" }, hint),
    h(
      "form",
      { class: "profile-form", onsubmit, novalidate: true },
      fields.element,
      extra,
      error,
      h("div", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, label), button(t.text("cancel"), cancel)),
    ),
  ];
}

/** @param {Problem} problem */
function wrongFields({ members }) {
  return (members.errors ?? []).map((/** @type {{ pointer: string }} */ { pointer }) => pointer.split("/")[1]);
}
