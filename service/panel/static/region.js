import { h } from "./dom.js";

/**
 * Create a part of the panel that is rendered again when one of its inputs changes.
 * @param {import("./store.js").Store} store
 * @param {(state: State) => unknown[]} inputs
 * @param {() => Node} render
 * @param {(hadFocus: boolean) => string | false} target the selector of the element to focus
 */
export function region(store, inputs, render, target) {
  const element = h("div", {}, render());
  let last = inputs(store.state);
  store.subscribe(() => {
    const next = inputs(store.state);
    if (next.length === last.length && next.every((value, index) => value === last[index])) return;
    last = next;
    const root = /** @type {ShadowRoot} */ (element.getRootNode());
    const hadFocus = element.contains(root.activeElement);
    element.replaceChildren(render());
    const selector = target(hadFocus);
    if (selector) /** @type {HTMLElement | null} */ (element.querySelector(selector))?.focus();
  });
  return element;
}

/**
 * Return a function that chooses the element to focus in the main part: the one that a new view names, or the
 * heading if the focused element is gone.
 * @param {import("./store.js").Store} store
 */
export function viewTarget(store) {
  let { view } = store.state;
  return (/** @type {boolean} */ hadFocus) => {
    const isNew = view !== store.state.view;
    view = store.state.view;
    const name = (isNew && view.focus) || (hadFocus && "heading");
    return name && `[data-focus="${name}"]`;
  };
}
