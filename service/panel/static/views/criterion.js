import { button, h, labelled, newId } from "../dom.js";

/**
 * Fill a drop-down with the search keys. The selection stays.
 * @param {App} app @param {HTMLSelectElement} select @param {(key: SearchKey) => boolean} [isOffered]
 */
export function fillKeys({ t, store }, select, isOffered = () => true) {
  const { value } = select;
  const keys = store.state.searchKeys.filter(isOffered);
  /** @param {boolean} builtIn */
  const options = (builtIn) =>
    keys
      .filter(({ built_in }) => built_in === builtIn)
      .map(({ name }) => h("option", { value: name }, t.searchKey(keys, name)));
  const custom = options(false);
  const groups = custom.length
    ? [h("optgroup", { label: t.text("builtIn") }, options(true)), h("optgroup", { label: t.text("custom") }, custom)]
    : options(true);
  select.replaceChildren(...groups);
  if (keys.some(({ name }) => name === value)) select.value = value;
}

/**
 * Create a form for a search key and a value.
 * @param {App} app
 * @param {{ label: string, submit: (criterion: Criterion) => void, isOffered?: (key: SearchKey) => boolean, kind?: string }} options
 */
export function criterionForm(app, { label, submit, isOffered, kind = "" }) {
  const { t, store } = app;
  const select = h("select", { onchange: () => update() });
  const input = h("input", { type: "text", autocomplete: "off", spellcheck: "false", maxlength: 255, dir: "auto" });
  const caption = h("label", { for: newId(), class: "hidden" });
  input.id = caption.htmlFor;
  const eye = button("", () => mask(!input.classList.contains("secret")), { class: "eye" });
  /** @param {boolean} hidden */
  const mask = (hidden) => {
    input.classList.toggle("secret", hidden);
    eye.textContent = t.text(hidden ? "reveal" : "hide");
    eye.setAttribute("aria-label", t.text(hidden ? "showValue" : "hideValue"));
  };
  const update = () => {
    const key = store.state.searchKeys.find(({ name }) => name === select.value);
    caption.textContent = t.searchKey(store.state.searchKeys, select.value);
    input.placeholder = key?.example ? t.text("example", { example: key.example }) : "";
    eye.hidden = !key?.sensitive;
    mask(Boolean(key?.sensitive));
  };
  const refill = () => {
    fillKeys(app, select, isOffered);
    update();
  };
  refill();
  /** @param {Event} event */
  const onsubmit = (event) => {
    event.preventDefault();
    const value = input.value.trim();
    if (value) submit({ key: select.value, values: [value] });
    else input.focus();
  };
  const value = h("div", { class: "value" }, caption, input, eye);
  const send = h("button", { type: "submit", class: kind }, label);
  const element = h("form", { class: "criterion", onsubmit }, labelled(t.text("searchKey"), select), value, send);
  return { element, select, input, value, refill };
}
