/** The state of the panel, which views observe. */
export class Store {
  /** @type {Set<() => void>} */
  #listeners = new Set();
  #isNotifying = false;

  /** @param {State} state */
  constructor(state) {
    this.state = state;
  }

  /**
   * Change the state. Listeners are called once for all changes of a task.
   * @param {Partial<State>} change
   */
  set(change) {
    this.state = { ...this.state, ...change };
    if (this.#isNotifying) return;
    this.#isNotifying = true;
    queueMicrotask(() => {
      this.#isNotifying = false;
      for (const listener of this.#listeners) listener();
    });
  }

  /** @param {() => void} listener */
  subscribe(listener) {
    this.#listeners.add(listener);
  }

  /** Forget all listeners. */
  clear() {
    this.#listeners.clear();
  }
}

/** @returns {State} */
export function initialState() {
  return {
    scopes: new Set(),
    searchKeys: [],
    region: "",
    contact: null,
    associated: null,
    afterContactWork: false,
    clearing: false,
    cleared: false,
    view: { name: "idle" },
    waiting: null,
    drafts: [],
    notice: null,
    unfinished: [],
    retrying: null,
    announcement: "",
    busy: false,
    opening: null,
  };
}
