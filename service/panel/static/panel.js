import { report } from "./actions.js";
import { Client } from "./client.js";
import { clear, FORMS, leave, receive } from "./contacts.js";
import { h } from "./dom.js";
import { chooseLanguage, loadTranslator } from "./language.js";
import { region, viewTarget } from "./region.js";
import { Service } from "./service.js";
import { initialState, Store } from "./store.js";
import { sheet } from "./styles.js";
import { contactBar } from "./views/contact.js";
import { mainView } from "./views/main.js";
import { notices } from "./views/notices.js";
import { searchBar } from "./views/search.js";

const KEYS_TTL = 3000;

const contactInputs = (/** @type {State} */ s) => [s.contact, s.associated, s.afterContactWork, s.clearing];
const noticeInputs = (/** @type {State} */ s) => [s.notice, s.retrying, s.waiting];
// What is typed in a form must not get lost.
const viewInputs = (/** @type {State} */ s) =>
  FORMS.includes(s.view.name) ? [s.view] : [s.view, s.contact, s.associated, s.scopes, s.searchKeys];

/** Shows the customer of a contact to an agent: `<profile-lookup-panel>`. */
export class ProfileLookupPanel extends HTMLElement {
  static observedAttributes = ["api-base", "language"];

  /** @type {IncomingContact | null} */
  #contact = null;
  /** @type {App | null} */
  #app = null;
  #starts = 0;
  #match = new AbortController();

  /**
   * Returns the bearer token; null without authentication.
   * @type {(() => Promise<string | null> | string | null) | null}
   */
  token = null;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
  }

  connectedCallback() {
    this.#start();
  }

  disconnectedCallback() {
    this.#starts++;
    this.#match.abort();
    this.#app = null;
  }

  attributeChangedCallback() {
    if (this.isConnected && this.#starts > 0) this.#start();
  }

  /** The contact that the agent works on, or null. */
  get contact() {
    return this.#contact;
  }

  set contact(contact) {
    if (JSON.stringify(contact ?? null) === JSON.stringify(this.#contact)) return;
    this.#contact = contact ? structuredClone(contact) : null;
    this.#show();
  }

  /** Begin after-contact work. The association can still change. */
  endContact() {
    this.#app?.store.set({ afterContactWork: true });
  }

  /** End the contact: only its current association remains. */
  async clearContact() {
    const app = this.#app;
    while (app?.store.state.busy) await app.running;
    if (app) await clear(app);
  }

  async #start() {
    const start = ++this.#starts;
    const language = this.getAttribute("language") ?? "";
    const t = await loadTranslator(chooseLanguage([language, ...navigator.languages]));
    if (start !== this.#starts) return;
    const store = new Store(initialState());
    const client = new Client({
      base: (this.getAttribute("api-base") ?? new URL("../v1", import.meta.url).href).replace(/\/$/, ""),
      token: () => this.token?.() ?? null,
      onRetrying: (retrying) => store.set({ retrying }),
    });
    const emit = (/** @type {string} */ name, /** @type {object} */ detail) => this.#emit(name, detail);
    const app = { store, service: new Service(client), t, emit, running: Promise.resolve() };
    this.#app = app;
    this.#render(app);
    this.#show();
    this.#load(app);
  }

  /** @param {App} app */
  async #load(app) {
    try {
      const [{ scopes }, { items }] = await Promise.all([app.service.credential(), app.service.searchKeys()]);
      app.store.set({ scopes: new Set(scopes), searchKeys: items });
    } catch (error) {
      report(app, error, () => this.#load(app));
    }
  }

  #show() {
    const app = this.#app;
    if (!app) return;
    this.#match.abort();
    this.#match = new AbortController();
    if (this.#contact) receive(app, this.#contact, this.#match.signal);
    else if (app.store.state.contact) leave(app);
  }

  /** @param {App} app */
  #render(app) {
    const { store } = app;
    const root = /** @type {ShadowRoot} */ (this.shadowRoot);
    const panel = h("div", {
      class: "panel",
      lang: app.t.language,
      role: "region",
      "aria-label": app.t.text("panel"),
    });
    const live = h("div", { role: "status", class: "hidden" });
    panel.append(
      region(
        store,
        contactInputs,
        () => contactBar(app),
        (hadFocus) => hadFocus && "[data-focus], button",
      ),
      region(
        store,
        noticeInputs,
        () => notices(app),
        () => false,
      ),
      searchBar(app, refresher(app)),
      region(store, viewInputs, () => mainView(app), viewTarget(store)),
      live,
    );
    store.subscribe(() => {
      panel.classList.toggle("busy", store.state.busy || store.state.view.name === "matching");
      if (live.textContent !== store.state.announcement) live.textContent = store.state.announcement;
    });
    root.replaceChildren(panel);
  }

  /** @param {string} name @param {any} detail */
  #emit(name, detail) {
    if (name === "contact-cleared" && detail.contact_id === this.#contact?.contact_id) this.#contact = null;
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

/**
 * Return a function that reads the search keys again, at most every few seconds.
 * @param {App} app
 */
function refresher({ store, service }) {
  let readAt = 0;
  return async () => {
    if (Date.now() - readAt < KEYS_TTL) return;
    readAt = Date.now();
    const { items } = await service.searchKeys();
    if (JSON.stringify(items) !== JSON.stringify(store.state.searchKeys)) store.set({ searchKeys: items });
  };
}

customElements.define("profile-lookup-panel", ProfileLookupPanel);
