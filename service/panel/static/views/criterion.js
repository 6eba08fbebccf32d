import { button, h, labelled, newId } from "../dom.js";

/**
 * Fill a drop-down with the search keys. The selection stays.
 * @param {App} app @param {HTMLSelectElement} select @param {(key: SearchKey) => boolean} isOffered
 */
export function fillKeys({ t, store }, select, isOffered) {
  const { value } = select;
  const keys = store.state.searchKeys.filter(isOffered);
  /** @param {boolean} builtIn */
  const options = (builtIn) =>
    keys
      .filter(({ built_in }) => built_in === builtIn)
      .map(({ name }) => h("option", { value: name }, t.searchKey(keys, name)));
  const custom = options(false);
  select.replaceChildren(
    ...options(true),
    ...(custom.length ? [h("optgroup", { label: t.text("custom") }, custom)] : []),
  );
  if (keys.some(({ name }) => name === value)) select.value = value;
}

/**
 * Create an input whose value can be hidden from others who see the screen.
 * @param {App} app
 */
function secretInput({ t }) {
  const input = h("input", {
    id: newId(),
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 255,
    dir: "auto",
  });
  const caption = h("label", { for: input.id, class: "hidden" });
  const eye = button("", () => mask(!input.classList.contains("secret")));
  /** @param {boolean} isHidden */
  const mask = (isHidden) => {
    input.classList.toggle("secret", isHidden);
    eye.textContent = t.text(isHidden ? "reveal" : "hide");
  };
  return { input, caption, eye, mask };
}

/**
 * Create a form for a search key and a value.
 * @param {App} app @param {string} label @param {(criterion: Criterion) => unknown} submit
 * @param {(key: SearchKey) => boolean} [isOffered] @param {string} [keyLabel]
 */
export function criterionForm(
  app,
  label,
  submit,
  isOffered = () => true,
  keyLabel = app.t.text("searchKey"),
) {
  const { t, store } = app;
  const select = h("select", { onchange: () => update() });
  const { input, caption, eye, mask } = secretInput(app);
  const update = () => {
    const key = store.state.searchKeys.find(({ name }) => name === select.value);
    caption.textContent = t.searchKey(store.state.searchKeys, select.value);
    input.placeholder = key?.example ? t.text("example", { example: key.example }) : "";
    eye.hidden = !key?.sensitive;
    mask(!eye.hidden);
  };
  const refill = () => {
    fillKeys(app, select, isOffered);
    update();
  };
  refill();
  const read = () => ({ key: select.value, values: [input.value.trim()].filter(Boolean) });
  /** @param {Event} event */
  const onsubmit = (event) => {
    event.preventDefault();
    const criterion = read();
    if (criterion.values.length === 0) return input.focus();
    if (!eye.hidden) input.value = "";
    return submit(criterion);
  };
  const value = h("div", { class: "value" }, caption, input, eye);
  const send = h("button", { type: "submit" }, label);
  const element = h("form", { class: "criterion", onsubmit }, labelled(keyLabel, select), value, send);
  return { element, select, input, value, send, refill, update, read };
}
