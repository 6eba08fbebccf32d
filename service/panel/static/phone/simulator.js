import { button, h } from "../dom.js";
import { EVENTS } from "../events.js";
import { formatPhone } from "../format.js";
import { calls } from "./calls.js";
import { texts } from "./texts.js";

/** @typedef {import("../panel.js").ProfileLookupPanel} Panel */
/** @typedef {import("./calls.js").Call} Call */

const SEARCH = new URL("../../v1/profiles/search", import.meta.url);
const COMMAND = "make demo";
const MAX_EVENTS = 20;

/** A phone whose buttons let contacts come in. */
export class Simulator {
  /** @type {import("./texts.js").Language} */
  language = "en";
  element = h("div", { class: "phone" });
  /** @type {Panel | null} */
  #panel = null;
  /** @type {Call | null} */
  #call = null;
  /** @type {"idle" | "ringing" | "connected" | "afterContactWork"} */
  #phase = "idle";
  #contactId = "";
  #isMissingCustomers = false;
  /** @type {string[]} */
  #events = [];

  /**
   * Send the contacts to a panel, and show its events.
   * @param {Panel} panel @param {string | null} key the API key
   */
  connect(panel, key) {
    this.#panel = panel;
    for (const name of EVENTS) {
      panel.addEventListener(name, (event) => this.#record(name, /** @type {CustomEvent} */ (event).detail));
    }
    this.render();
    this.#lookForCustomers(key);
  }

  render() {
    const text = texts[this.language];
    const hadFocus = this.element.contains(document.activeElement);
    this.element.replaceChildren(
      h("section", { class: "card", "aria-label": text.phone }, this.#status(), this.#buttons()),
      h("div", { role: "status" }, this.#isMissingCustomers && missingCustomers(text)),
      h("section", { class: "card log", "aria-label": text.events }, h("h2", {}, text.events), this.#log()),
    );
    if (hadFocus) this.element.querySelector("button")?.focus();
  }

  #status() {
    const text = texts[this.language];
    return h(
      "div",
      { class: `status ${this.#phase}`, role: "status" },
      h("p", {}, text[this.#phase]),
      this.#call && h("p", { class: "who" }, this.#describe(this.#call)),
    );
  }

  /** @param {Call} call */
  #describe({ caller, contact: { channel, phone_number: phone, name, email_address: email } }) {
    const text = texts[this.language];
    const number = phone && formatPhone({ value: phone, e164: phone });
    const from = caller === "withheld" ? text.withheld : [number, name, email].filter(Boolean).join(", ");
    return `${text[channel === "chat" ? "chat" : "voice"]} ${from}`;
  }

  #buttons() {
    const text = texts[this.language];
    switch (this.#phase) {
      case "ringing":
        return [
          button(text.answer, () => this.#enter("connected"), { class: "primary" }),
          button(text.decline, () => this.#leave()),
        ];
      case "connected":
        return button(text.hangUp, () => this.#hangUp(), { class: "primary" });
      case "afterContactWork":
        return button(text.clear, () => this.#panel?.clearContact().catch(() => {}), { class: "primary" });
      default:
        return [this.#incoming("voice", text.incomingCall), this.#incoming("chat", text.incomingChat)];
    }
  }

  /** @param {string} channel @param {string} title */
  #incoming(channel, title) {
    const list = calls[this.language].filter(({ contact }) => contact.channel === channel);
    return [
      h("h2", {}, title),
      list.map((call) =>
        button(texts[this.language][call.caller], () => this.#ring(call), {
          disabled: !this.#panel,
          value: call.caller,
        }),
      ),
    ];
  }

  #log() {
    if (this.#events.length === 0) return h("p", { class: "muted" }, texts[this.language].noEvents);
    return h(
      "ol",
      { class: "events", tabindex: 0, "aria-label": texts[this.language].events },
      this.#events.map((line) => h("li", {}, h("code", {}, line))),
    );
  }

  /** @param {Call} call */
  #ring(call) {
    if (!this.#panel) return;
    this.#call = call;
    const [number] = crypto.getRandomValues(new Uint32Array(1));
    this.#contactId = `simulated-${number}`;
    this.#panel.contact = { contact_id: this.#contactId, ...call.contact };
    this.#enter("ringing");
  }

  #hangUp() {
    this.#panel?.endContact();
    this.#enter("afterContactWork");
  }

  #leave() {
    if (this.#panel) this.#panel.contact = null;
    this.#call = null;
    this.#enter("idle");
  }

  /** @param {"idle" | "ringing" | "connected" | "afterContactWork"} phase */
  #enter(phase) {
    this.#phase = phase;
    this.render();
  }

  /** @param {string} name @param {any} detail */
  #record(name, detail) {
    if (name === "profile-matched" && detail.candidates.length > 0) this.#isMissingCustomers = false;
    this.#events = [`${name} ${JSON.stringify(detail)}`, ...this.#events].slice(0, MAX_EVENTS);
    // The agent may have cleared an earlier contact.
    const isOver = name === "contact-cleared" && detail.contact_id === this.#contactId;
    if (isOver) this.#leave();
    else this.render();
  }

  /** @param {string | null} key */
  async #lookForCustomers(key) {
    const [{ contact }] = calls[this.language];
    const response = await fetch(SEARCH, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(key ? { Authorization: `Bearer ${key}` } : {}) },
      body: JSON.stringify({ criteria: [{ key: "phone", values: [contact.phone_number] }], limit: 1 }),
    }).catch(() => null);
    // The panel reports all problems. Here they only mean that it is not known.
    this.#isMissingCustomers = response?.ok === true && (await response.json()).items.length === 0;
    this.render();
  }
}

/** @param {import("./texts.js").Texts} text */
function missingCustomers(text) {
  return h(
    "div",
    { class: "card notice" },
    h("p", {}, text.missingCustomers),
    h("pre", {}, h("code", {}, COMMAND)),
  );
}
