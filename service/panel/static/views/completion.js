import { nameFor } from "../actions.js";
import { h, isolated, muted, newId } from "../dom.js";
import { mayComplete } from "../searching.js";
import { summary } from "./candidate.js";

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
.completions {
  position: absolute; top: 100%; width: min(calc(100cqi - 24px), 34em); z-index: 1; margin-top: 2px; max-height: 24em; overflow: auto; background: var(--bg);
  border: 1px solid var(--control); border-radius: var(--radius); box-shadow: 0 6px 20px #0003;
}
.completions [role=option], .completions p { padding: 5px 10px; cursor: pointer; }
.completions [role=option]:hover, [aria-selected=true] { background: var(--surface); }
[aria-selected=true] { outline: 2px solid var(--accent); outline-offset: -2px; }
.completions strong { display: block; }
`);

const PAUSE = 180;
const COMBOBOX = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false" };
const COMPLETIONS = 6;

/**
 * Shows profiles that match while the agent types (the combobox pattern of ARIA).
 * @typedef {{ element: HTMLElement, select: HTMLSelectElement, input: HTMLInputElement, value: HTMLElement }} Form
 */
class Completion {
  /** @type {Candidate[]} */
  #items = [];
  #active = -1;
  #request = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {App} app @param {Form} form @param {(candidate: Candidate) => void} choose */
  constructor(app, { element, select, input, value }, choose) {
    this.app = app;
    this.select = select;
    this.input = input;
    this.choose = choose;
    const label = app.t.text("completions");
    this.list = h("div", { role: "listbox", id: newId(), "aria-label": label });
    this.hint = h("p", { class: "muted" });
    this.popup = h("div", { class: "completions", hidden: true }, this.list, this.hint);
    value.append(this.popup);
    for (const [name, text] of Object.entries({ ...COMBOBOX, "aria-controls": this.list.id })) {
      input.setAttribute(name, text);
    }
    input.addEventListener("input", () => this.begin());
    input.addEventListener("keydown", (event) => this.#press(event));
    input.addEventListener("blur", () => this.#close());
    select.addEventListener("change", () => this.#close());
    element.addEventListener("submit", () => this.#close());
  }

  /** Complete what is typed, after a pause. */
  begin() {
    this.#close();
    const text = this.input.value.trim();
    const key = this.select.value;
    if (mayComplete(this.app, key, text)) this.#timer = setTimeout(() => this.#complete(key, text), PAUSE);
  }

  /** @param {string} key @param {string} text */
  async #complete(key, text) {
    this.#request = new AbortController();
    const { signal } = this.#request;
    try {
      const found = await this.app.service.complete(key, text, signal, COMPLETIONS);
      if (!signal.aborted && this.input.matches(":focus")) this.#open(found.items, found.truncated);
    } catch {
      // The agent can still search: a problem of a suggestion is not worth a message.
    }
  }

  /** @param {Candidate[]} items @param {boolean} [more] */
  #open(items, more = false) {
    const { t, store } = this.app;
    this.#items = items;
    this.list.replaceChildren(...items.map((item, index) => this.#option(item, index)));
    this.hint.textContent = more ? t.text("moreCompletions") : "";
    this.popup.hidden = items.length === 0;
    this.input.setAttribute("aria-expanded", String(items.length > 0));
    this.#activate(-1);
    if (items.length === 0) return;
    store.set({ announcement: `${t.text("completions")}: ${t.profiles(items.length, more)}` });
  }

  #close() {
    clearTimeout(this.#timer);
    this.#request.abort();
    this.#open([]);
  }

  /** @param {Candidate} candidate @param {number} index */
  #option({ profile }, index) {
    // Without the default action, the input keeps the focus.
    const onpointerdown = (/** @type {Event} */ event) => event.preventDefault();
    return h(
      "div",
      {
        role: "option",
        id: newId(),
        "aria-selected": "false",
        onpointerdown,
        onclick: () => this.#pick(index),
      },
      h("strong", {}, isolated(nameFor(this.app, profile))),
      muted(summary(this.app, profile)),
    );
  }

  /** @param {number} index */
  #activate(index) {
    this.#active = index;
    for (const [position, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(position === index));
      if (position === index) option.scrollIntoView({ block: "nearest" });
    }
    this.input.setAttribute("aria-activedescendant", this.list.children[index]?.id ?? "");
  }

  /** @param {number} index */
  #pick(index) {
    const candidate = this.#items[index];
    this.#close();
    this.input.value = "";
    if (candidate) this.choose(candidate);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { length } = this.#items;
    if (event.isComposing || length === 0) return;
    if (event.key === "ArrowDown") this.#activate((this.#active + 1) % length);
    else if (event.key === "ArrowUp") this.#activate(this.#active > 0 ? this.#active - 1 : length - 1);
    else if (event.key === "Escape") this.#close();
    else if (event.key === "Enter" && this.#active >= 0) this.#pick(this.#active);
    else return;
    event.preventDefault();
  }
}

/**
 * Add the completion to a search form.
 * @param {App} app @param {Form} form @param {(candidate: Candidate) => void} choose
 */
export function addCompletion(app, form, choose) {
  app.root.adoptedStyleSheets.push(sheet);
  // The agent may have typed while this module was loaded.
  new Completion(app, form, choose).begin();
}
