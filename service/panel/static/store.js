/** The state of the panel, which views observe. */
export class Store {
  /** @type {Map<() => unknown, boolean>} */
  #listeners = new Map();
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
      for (const listener of this.#listeners.keys()) {
        if (listener() === true) this.#listeners.delete(listener);
      }
    });
  }

  /**
   * Note whether a profile was merged into another one.
   * @param {string} id @param {boolean} isMerged
   */
  noteAlias(id, isMerged) {
    const aliases = new Set(this.state.aliases);
    if (isMerged === aliases.has(id)) return;
    aliases[isMerged ? "add" : "delete"](id);
    this.set({ aliases });
  }

  /**
   * Call a function after each change, until it returns true.
   * @param {() => unknown} listener @param {boolean} [lasts] whether `clear` keeps it
   */
  subscribe(listener, lasts = false) {
    this.#listeners.set(listener, lasts);
  }

  /** Forget the listeners that do not last. */
  clear() {
    for (const [listener, lasts] of this.#listeners) if (!lasts) this.#listeners.delete(listener);
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
    merged: null,
    aliases: new Set(),
    retrying: null,
    announcement: "",
    busy: false,
    opening: null,
  };
}
