import { report, showRetrying } from "./actions.js";
import { contactError } from "./check.js";
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

/** @typedef {(state: State) => unknown[]} Inputs the parts of the state that a part of the panel shows */

/** @type {Inputs} */
const ofContact = (s) => [s.contact, s.associated, s.afterContactWork, s.clearing, s.cleared, s.region];
/** @type {Inputs} */
const ofNotices = (s) => [s.notice, s.unfinished, s.drafts, s.retrying, s.waiting, s.merged];
// A form does not change while the agent fills it in.
/** @type {Inputs} */
const ofView = (s) =>
  FORMS.includes(s.view.name)
    ? [s.view]
    : [s.view, s.contact, s.associated, s.cleared, s.scopes, s.searchKeys, s.aliases];

/** Shows the customer of a contact to an agent: `<profile-lookup-panel>`. */
export class ProfileLookupPanel extends HTMLElement {
  static observedAttributes = ["api-base", "language"];

  /**
   * Returns the bearer token; null without authentication. A page may have set it before this module was loaded.
   * @type {(() => Promise<string | null> | string | null) | null}
   */
  token = this.token ?? null;

  /** @type {IncomingContact | null} */
  #contact = null;
  /** @type {App | null} */
  #app = null;
  #life = new AbortController();
  #match = new AbortController();
  #keysReadAt = 0;
  #started = Promise.resolve();
  /** @type {App | null} */
  #loading = null;

  constructor() {
    super();
    this.attachShadow({ mode: "open" });
  }

  connectedCallback() {
    try {
      if (Object.hasOwn(this, "contact")) {
        const { contact } = this;
        Reflect.deleteProperty(this, "contact");
        this.contact = contact;
      }
    } finally {
      this.#started = this.#start();
    }
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#app = null;
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (name === "language" && this.#app) this.#translate(this.#app);
    else if (this.isConnected) this.#started = this.#start();
  }

  /** The contact that the agent works on, or null. */
  get contact() {
    return this.#contact;
  }

  set contact(contact) {
    const error = contactError(contact);
    if (error) {
      // No other customer may be shown for this contact.
      this.contact = null;
      throw error;
    }
    if (JSON.stringify(contact ?? null) === JSON.stringify(this.#contact)) return;
    const isSame = contact?.contact_id === this.#contact?.contact_id;
    this.#contact = contact ? structuredClone(contact) : null;
    const { store } = this.#app ?? {};
    // More details of a contact whose customer is known need no other match.
    if (isSame && store?.state.associated) store.set({ contact: this.#contact });
    else this.#show();
  }

  /** Begin after-contact work. The association can still change. */
  async endContact() {
    const contact = this.#contact;
    await this.#started;
    if (contact?.contact_id === this.#contact?.contact_id) this.#app?.store.set({ afterContactWork: true });
  }

  /**
   * Clear a contact, by default the current one: only its current association remains. Rejects if that fails.
   * @param {string} [id]
   */
  async clearContact(id = this.#contact?.contact_id) {
    if (!id) return;
    const current = this.#contact;
    await this.#started;
    const app = this.#app;
    if (!app) throw new Error("The panel is not part of a document.");
    while (app.store.state.busy) await app.running;
    const known = [current, ...app.store.state.unfinished.map(({ task }) => task?.contact)];
    await clear(app, known.find((each) => each?.contact_id === id) ?? { contact_id: id, channel: "" });
  }

  async #start() {
    this.#life.abort();
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#app = null;
    const t = await this.#loadTexts();
    if (signal.aborted) return;
    const store = new Store(initialState());
    const service = new Service({
      base: (this.getAttribute("api-base") ?? new URL("../v1", import.meta.url).href).replace(/\/$/, ""),
      token: () => this.token?.() ?? null,
      onRetrying: (retrying) => showRetrying(app, retrying),
      onMerged: (id, target) => store.noteAlias(id, target),
      signal,
    });
    /** @type {App["emit"]} */
    const emit = (name, detail) => {
      const isOver = name === "contact-cleared" && detail.contact_id === this.#contact?.contact_id;
      if (isOver) this.#contact = null;
      // An event of this name that bubbled would reach the handlers of uncaught errors.
      const isError = name === "error";
      const event = new CustomEvent(name, { detail, bubbles: !isError, composed: true });
      this.dispatchEvent(isError ? Object.assign(event, { message: detail.message }) : event);
    };
    const root = /** @type {ShadowRoot} */ (this.shadowRoot);
    root.adoptedStyleSheets = [sheet];
    const reload = () => this.#reload(app);
    /** @type {App} */
    const app = { store, service, t, root, emit, running: Promise.resolve(), cleared: new Set(), reload };
    this.#app = app;
    this.#render(app);
    this.#show();
  }

  #loadTexts() {
    return loadTranslator(chooseLanguage([this.getAttribute("language") ?? "", ...navigator.languages]));
  }

  /**
   * Show the same state in another language. A form that is filled in keeps its language.
   * @param {App} app
   */
  async #translate(app) {
    const language = this.getAttribute("language");
    const t = await this.#loadTexts();
    if (this.#app !== app || this.getAttribute("language") !== language) return;
    app.t = t;
    app.store.clear();
    app.store.set({ announcement: "" });
    this.#render(app);
  }

  /** @param {App} app */
  #reload(app) {
    const { view, waiting } = app.store.state;
    app.store.set({ notice: null });
    this.#keysReadAt = 0;
    if (view.name === "failed" || waiting?.name === "failed") {
      this.#show();
    } else {
      this.#load(app);
      this.#readKeys(app);
    }
  }

  /** @param {App} app */
  async #load(app) {
    if (this.#loading === app || app.store.state.scopes.size > 0) return;
    this.#loading = app;
    try {
      const { scopes } = await app.service.credential();
      app.store.set({ scopes: new Set(scopes) });
    } catch (error) {
      report(app, error, app.reload);
    } finally {
      this.#loading = null;
    }
  }

  /** @param {App} app */
  async #readKeys(app) {
    if (Date.now() - this.#keysReadAt < KEYS_TTL && app.store.state.searchKeys.length > 0) return;
    this.#keysReadAt = Date.now();
    try {
      const { items, default_region: region } = await app.service.searchKeys();
      const isNew = JSON.stringify(items) !== JSON.stringify(app.store.state.searchKeys);
      if (isNew) app.store.set({ searchKeys: items, region });
    } catch (error) {
      report(app, error);
    }
  }

  #show() {
    const app = this.#app;
    if (!app) return;
    this.#match.abort();
    this.#match = new AbortController();
    this.#load(app);
    this.#readKeys(app);
    if (this.#contact) receive(app, this.#contact, AbortSignal.any([this.#match.signal, this.#life.signal]));
    else if (app.store.state.contact) leave(app);
  }

  /** @param {App} app */
  #render(app) {
    const { store, t, root } = app;
    const live = h("div", { role: "status", class: "hidden" });
    const panel = h(
      "div",
      { class: "panel", lang: t.language, dir: "ltr", role: "region", "aria-label": t.text("panel") },
      region(
        store,
        ofContact,
        () => contactBar(app),
        (hadFocus) => hadFocus && (store.state.clearing ? "question" : "status"),
      ),
      region(store, ofNotices, () => notices(app)),
      searchBar(app, () => this.#readKeys(app)),
      region(store, ofView, () => mainView(app), viewTarget(store)),
      live,
    );
    store.subscribe(() => {
      const { announcement, busy, opening, view } = store.state;
      panel.classList.toggle("busy", busy || opening !== null || view.name === "matching");
      if (live.textContent !== announcement) live.textContent = announcement;
    });
    root.replaceChildren(panel);
  }
}

customElements.define("profile-lookup-panel", ProfileLookupPanel);
