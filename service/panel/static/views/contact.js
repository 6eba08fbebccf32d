import { nameFor } from "../actions.js";
import { clear, undo } from "../contacts.js";
import { button, h, icon, isolated } from "../dom.js";
import { formatPhone } from "../format.js";

/**
 * Show the contact, its association, and the button that ends it.
 * @param {App} app
 */
export function contactBar(app) {
  const { contact } = app.store.state;
  if (!contact) return h("div", { class: "contact idle" }, app.t.text("noContact"));
  return h(
    "div",
    { class: "contact" },
    h("div", { class: "line" }, incoming(app, contact)),
    h("div", { class: "line" }, association(app), clearButton(app)),
    app.store.state.clearing && clearQuestion(app),
  );
}

/** @param {App} app @param {IncomingContact} contact */
function incoming({ t, store }, { channel, phone_number, email_address, name }) {
  const phone = phone_number?.trim();
  const number = phone && formatPhone({ value: phone, e164: phone }, t.language);
  const [main, ...others] = [number, email_address, name].filter(Boolean);
  return [
    icon(channel.toLowerCase()),
    h("span", { class: "channel" }, t.channel(channel)),
    main && h("strong", {}, isolated(main)),
    others.map((other) => h("span", { class: "muted" }, isolated(other))),
    store.state.afterContactWork && h("span", { class: "badge work" }, t.text("afterContactWork")),
  ];
}

/** @param {App} app */
function association(app) {
  const { t, store } = app;
  const { associated } = store.state;
  if (!associated) return h("span", { class: "state" }, t.text("notAssociated"));
  const name = isolated(nameFor(app, associated));
  return [
    h("span", { class: "state associated" }, t.parts("associatedWith", { name })),
    button(t.text("undo"), () => undo(app), { class: "link" }),
  ];
}

/** @param {App} app */
function clearButton(app) {
  const { associated, afterContactWork } = app.store.state;
  const ask = () => app.store.set({ clearing: true });
  const kind = afterContactWork ? "primary" : "";
  return button(app.t.text("clear"), () => (associated ? clear(app) : ask()), { class: `end ${kind}` });
}

/** @param {App} app */
function clearQuestion(app) {
  const { t, store } = app;
  return h(
    "div",
    { class: "question", role: "group", "aria-label": t.text("clear") },
    h("p", {}, t.text("clearAnyway")),
    button(t.text("clear"), () => clear(app), { class: "primary", "data-focus": "question" }),
    button(t.text("cancel"), () => store.set({ clearing: false })),
  );
}
