import { isExpected, nameFor, unless } from "../actions.js";
import { clear, detailsOf, undo } from "../contacts.js";
import { button, h, icon, isolated, muted, named, question } from "../dom.js";

/**
 * Show the contact, its association, and the button that clears it.
 * @param {App} app
 */
export function contactBar(app) {
  const { t, store } = app;
  const { contact, associated, afterContactWork, clearing, cleared } = store.state;
  if (!contact) return h("div", { class: "contact muted" }, t.text("noContact"));
  const [main, ...others] = detailsOf(app, contact);
  const ask = () => store.set({ clearing: true });
  const end = () => clear(app, contact).catch(unless(isExpected));
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
      !cleared &&
        button(t.text("clear"), associated ? end : ask, {
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
      associated && !cleared && button(t.text("undo"), () => undo(app), { class: "link" }),
      cleared && h("span", { class: "badge end" }, t.text("isCleared")),
      afterContactWork && h("span", { class: "badge work end" }, t.text("afterContactWork")),
    ),
    clearing && clearQuestion(app, end),
  );
}

/** @param {App} app */
function association(app) {
  const { associated } = app.store.state;
  if (!associated) return app.t.text("notAssociated");
  return app.t.parts("associatedWith", { name: named(nameFor(app, associated)) });
}

/** @param {App} app @param {() => void} end */
function clearQuestion(app, end) {
  const { t, store } = app;
  return question(
    t.text("clearAnyway"),
    button(t.text("clear"), end, { class: "primary" }),
    button(t.text("cancel"), () => store.set({ clearing: false }), { "data-focus": "question" }),
  );
}
