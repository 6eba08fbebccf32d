// Connects a panel in an iframe (frame.html) with the page around it. Each side ignores messages of other origins.

import { contactError } from "./check.js";
import { EVENTS } from "./events.js";

const PREFIX = "profile-lookup:";

/** @typedef {Record<string, (data: any, origin: string) => unknown>} Handlers */

/**
 * In the page: show the panel in an iframe. The iframe element dispatches the events of the panel.
 * @param {HTMLIFrameElement} frame
 * @param {object} [options]
 * @param {() => Promise<string | null> | string | null} [options.token] returns a bearer token
 * @param {string} [options.language] `en` or `ja`; by default that of the browser
 * @param {string} [options.url] the URL of frame.html, by default the one beside this module
 */
export function embedPanel(
  frame,
  { token, language, url = new URL("frame.html", import.meta.url).href } = {},
) {
  const { origin } = new URL(url);
  /** @type {IncomingContact | null} */
  let contact = null;
  let isReady = false;
  const life = new AbortController();
  /** @type {Map<number, { resolve: () => void, reject: (error: Error) => void }>} */
  const clearings = new Map();
  let clearingId = 0;
  const post = (/** @type {string} */ type, /** @type {object} */ values = {}) => {
    // Before that, the iframe shows another document, and the browser would report an error.
    if (isReady) frame.contentWindow?.postMessage({ type: PREFIX + type, ...values }, origin);
  };
  /** Make the panel light or dark like the iframe element. */
  const updateColorScheme = () => {
    // Whether the element is light or dark also depends on a meta element of the page.
    frame.style.color = "light-dark(#000, #fff)";
    const color_scheme = getComputedStyle(frame).color === "rgb(0, 0, 0)" ? "light" : "dark";
    frame.style.color = "";
    post("color-scheme", { color_scheme });
  };
  const options = { signal: life.signal };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", updateColorScheme, options);
  /** @type {Handlers} */
  const handlers = {
    ready: () => {
      isReady = true;
      updateColorScheme();
      post("contact", { contact });
    },
    event: ({ name, detail }) => {
      if (name === "contact-cleared" && detail.contact_id === contact?.contact_id) contact = null;
      // As in a page, an error does not bubble to the handlers of uncaught errors.
      const isError = name === "error";
      const event = new CustomEvent(name, { detail, bubbles: !isError, composed: true });
      frame.dispatchEvent(isError ? Object.assign(event, { message: detail.message }) : event);
    },
    "clear-result": ({ id, failed }) => {
      const { resolve, reject } = clearings.get(id) ?? {};
      clearings.delete(id);
      if (failed) reject?.(new Error(failed));
      else resolve?.();
    },
    "token-request": async ({ id }) => {
      try {
        post("token", { id, token: (await token?.()) ?? null });
      } catch {
        post("token", { id, failed: true });
      }
    },
  };
  listen(() => frame.contentWindow, [origin], handlers, life.signal);
  frame.src = language ? `${url}?language=${encodeURIComponent(language)}` : url;
  return {
    /** @param {IncomingContact | null} next */
    setContact(next) {
      const error = contactError(next);
      contact = error ? null : next;
      post("contact", { contact });
      if (error) throw error;
    },
    updateColorScheme,
    /** Begin after-contact work. */
    endContact: () => post("end-contact"),
    /**
     * Clear a contact, by default the current one. Rejects if that fails.
     * @param {string} [id]
     * @returns {Promise<void>}
     */
    async clearContact(id = contact?.contact_id) {
      if (!id) return undefined;
      if (!isReady) throw new Error("The panel is not loaded.");
      clearingId++;
      post("clear-contact", { id: clearingId, contact_id: id });
      return new Promise((resolve, reject) => clearings.set(clearingId, { resolve, reject }));
    },
    /** Ignore the iframe from now on. Remove it afterwards. */
    disconnect: () => life.abort(),
  };
}

/**
 * In the iframe: let the page control the panel.
 * @param {import("./panel.js").ProfileLookupPanel} panel
 * @param {string[]} origins the origins whose pages may do that
 * @param {() => void} onConnected called with the first message
 */
export function connectPage(panel, origins, onConnected) {
  /** @type {Map<number, (answer: { token: string | null, failed?: boolean }) => void>} */
  const requests = new Map();
  let page = "";
  let id = 0;
  const post = (/** @type {string} */ type, /** @type {object} */ values) =>
    parent.postMessage({ type: PREFIX + type, ...values }, page);
  panel.token = () =>
    new Promise((resolve, reject) => {
      requests.set(++id, ({ token, failed }) => (failed ? reject(new Error("no token")) : resolve(token)));
      post("token-request", { id });
    });
  for (const name of EVENTS) {
    panel.addEventListener(name, (event) =>
      post("event", { name, detail: /** @type {CustomEvent} */ (event).detail }),
    );
  }
  listen(() => parent, origins, {
    contact: ({ contact }, origin) => {
      if (!page) {
        page = origin;
        onConnected();
      }
      panel.contact = contact;
    },
    "color-scheme": ({ color_scheme }) => {
      document.documentElement.style.colorScheme = color_scheme;
    },
    "end-contact": () => panel.endContact(),
    "clear-contact": async ({ id, contact_id }) => {
      try {
        await panel.clearContact(contact_id);
        post("clear-result", { id });
      } catch (error) {
        post("clear-result", { id, failed: String(error) });
      }
    },
    token: (answer) => {
      requests.get(answer.id)?.(answer);
      requests.delete(answer.id);
    },
  });
  // Any page may know that the panel is ready. The origin of this one is known when it answers.
  parent.postMessage({ type: `${PREFIX}ready` }, "*");
}

/**
 * @param {() => Window | null} sender @param {string[]} origins @param {Handlers} handlers
 * @param {AbortSignal} [signal]
 */
function listen(sender, origins, handlers, signal = new AbortController().signal) {
  /** @param {MessageEvent} event */
  const receive = ({ source, origin, data }) => {
    if (source !== sender() || !origins.includes(origin)) return;
    const type = String(data?.type);
    if (type.startsWith(PREFIX)) handlers[type.slice(PREFIX.length)]?.(data, origin);
  };
  addEventListener("message", receive, { signal });
}
