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
   * Note into which profile another one was merged, or null.
   * @param {string} id @param {string | null} target
   */
  noteAlias(id, target) {
    const aliases = new Map(this.state.aliases);
    if (target === (aliases.get(id) ?? null)) return;
    aliases.delete(id);
    if (target) aliases.set(id, target);
    this.set({ aliases });
  }

  /**
   * Return the ID of the profile in which a profile lives on: its own, if it was not merged.
   * @param {Profile} profile
   */
  livingId({ profile_id: id }) {
    return this.state.aliases.get(id) ?? id;
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
    aliases: new Map(),
    retrying: null,
    announcement: "",
    busy: false,
    opening: null,
  };
}
