import { nameFor } from "../actions.js";
import { clear, detailsOf, undo } from "../contacts.js";
import { button, h, icon, isolated, muted, named, question } from "../dom.js";

/**
 * Show the contact, its association, and the button that clears it.
 * @param {App} app
 */
export function contactBar(app) {
  const { t, store } = app;
  const { contact, associated, afterContactWork, clearing } = store.state;
  if (!contact) return h("div", { class: "contact muted" }, t.text("noContact"));
  const [main, ...others] = detailsOf(app, contact);
  const ask = () => store.set({ clearing: true });
  return h(
    "div",
    { class: "contact" },
    h(
      "div",
      { class: "line" },
      icon(contact.channel.toLowerCase()),
      t.channel(contact.channel),
      main && h("strong", {}, isolated(main)),
      others.map((other) => muted(isolated(other))),
      button(t.text("clear"), associated ? () => clear(app) : ask, {
        class: `end ${afterContactWork ? "primary" : ""}`,
      }),
    ),
    h(
      "div",
      { class: "line" },
      h(
        "span",
        { class: `status ${associated ? "good" : "muted"}`, tabindex: -1, "data-focus": "status" },
        association(app),
      ),
      associated && button(t.text("undo"), () => undo(app), { class: "link" }),
      afterContactWork && h("span", { class: "badge work end" }, t.text("afterContactWork")),
    ),
    clearing && clearQuestion(app),
  );
}

/** @param {App} app */
function association(app) {
  const { associated } = app.store.state;
  if (!associated) return app.t.text("notAssociated");
  return app.t.parts("associatedWith", { name: named(nameFor(app, associated)) });
}

/** @param {App} app */
function clearQuestion(app) {
  const { t, store } = app;
  return question(
    t.text("clearAnyway"),
    button(t.text("clear"), () => clear(app), { class: "primary" }),
    button(t.text("cancel"), () => store.set({ clearing: false }), { "data-focus": "question" }),
  );
}
