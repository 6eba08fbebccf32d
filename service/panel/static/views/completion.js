import { nameFor } from "../actions.js";
import { h, isolated, muted, newId } from "../dom.js";
import { summary } from "./candidate.js";

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
.completions {
  position: absolute; top: 100%; width: min(calc(100cqi - 24px), 34em); z-index: 1; margin-top: 2px; max-height: 24em; overflow: auto; background: var(--bg);
  border: 1px solid var(--control); border-radius: var(--radius); box-shadow: 0 6px 20px #0003;
}
.completions > div { padding: 5px 10px; cursor: pointer; }
.completions > :hover, [aria-selected=true] { background: var(--surface); }
[aria-selected=true] { outline: 2px solid var(--accent); outline-offset: -2px; }
.completions strong { display: block; }
`);

const PAUSE = 180;
const KANJI = /\p{Script=Han}/u;

/**
 * Show profiles that match while the agent types (the combobox pattern of ARIA).
 * @param {App} app
 * @param {{ element: HTMLElement, select: HTMLSelectElement, input: HTMLInputElement, value: HTMLElement }} form
 * @param {(candidate: Candidate) => void} choose
 */
export function addCompletion(app, { element, select, input, value }, choose) {
  const { t, store } = app;
  const list = h("div", {
    role: "listbox",
    id: newId(),
    class: "completions",
    "aria-label": t.text("completions"),
    hidden: true,
  });
  value.append(list);
  app.root.adoptedStyleSheets.push(sheet);
  const attributes = {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  };
  for (const [name, text] of Object.entries(attributes)) input.setAttribute(name, text);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let request = new AbortController();
  /** @type {Candidate[]} */
  let items = [];
  let active = -1;

  const close = () => {
    clearTimeout(timer);
    request.abort();
    open([]);
  };
  /** @param {Candidate[]} found */
  const open = (found) => {
    items = found;
    list.replaceChildren(...found.map(option));
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    activate(-1);
    if (found.length > 0)
      store.set({ announcement: `${t.text("completions")}: ${t.profiles(found.length, false)}` });
  };
  /** @param {Candidate} candidate @param {number} index */
  const option = (candidate, index) => {
    const onpointerdown = (/** @type {Event} */ event) => {
      event.preventDefault();
      pick(index);
    };
    return h(
      "div",
      { role: "option", id: newId(), "aria-selected": "false", onpointerdown },
      h("strong", {}, isolated(nameFor(app, candidate.profile))),
      muted(summary(app, candidate.profile)),
    );
  };
  /** @param {number} index */
  const activate = (index) => {
    active = index;
    for (const [position, child] of [...list.children].entries()) {
      child.setAttribute("aria-selected", String(position === index));
      if (position === index) child.scrollIntoView({ block: "nearest" });
    }
    const id = list.children[index]?.id;
    if (id) input.setAttribute("aria-activedescendant", id);
    else input.removeAttribute("aria-activedescendant");
  };
  /** @param {number} index */
  const pick = (index) => {
    const candidate = items[index];
    close();
    if (!candidate) return;
    input.value = "";
    choose(candidate);
  };
  const complete = async () => {
    request = new AbortController();
    const { signal } = request;
    try {
      const found = await app.service.complete(select.value, input.value.trim(), signal);
      if (!signal.aborted && element.contains(input) && input.matches(":focus")) open(found.items);
    } catch {
      // The agent can still search: a problem of a suggestion is not worth a message.
    }
  };
  const begin = () => {
    clearTimeout(timer);
    request.abort();
    const key = store.state.searchKeys.find(({ name }) => name === select.value);
    const text = input.value.trim();
    if (key && !key.sensitive && ([...text].length > 1 || KANJI.test(text)))
      timer = setTimeout(complete, PAUSE);
    else open([]);
  };
  input.addEventListener("input", begin);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || items.length === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) activate(active < 0 && step < 0 ? items.length - 1 : (active + step) % items.length);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active >= 0) pick(active);
    else return;
    event.preventDefault();
  });
  for (const name of ["blur", "change"]) (name === "blur" ? input : select).addEventListener(name, close);
  element.addEventListener("submit", close);
  // The agent may have typed while this module was loaded.
  begin();
}
