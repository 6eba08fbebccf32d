import { h } from "./dom.js";

/**
 * Create a part of the panel that is rendered again when one of its inputs changes.
 * @param {import("./store.js").Store} store
 * @param {(state: State) => unknown[]} inputs
 * @param {() => Node} render
 * @param {(hadFocus: boolean) => string | false | undefined} [target] returns the name of the element to focus
 */
export function region(store, inputs, render, target = () => false) {
  const element = h("div", {}, render());
  let last = inputs(store.state);
  store.subscribe(() => {
    const next = inputs(store.state);
    if (next.length === last.length && next.every((value, index) => value === last[index])) return;
    last = next;
    const root = /** @type {ShadowRoot} */ (element.getRootNode());
    const hadFocus = element.contains(root.activeElement);
    element.replaceChildren(render());
    const name = target(hadFocus);
    if (!name) return;
    const found = ["heading", name].map((each) => element.querySelector(`[data-focus="${each}"]`));
    /** @type {HTMLElement | null | undefined} */ (found.findLast(Boolean))?.focus();
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
    return (isNew && view.focus) || (hadFocus && "heading");
  };
}
