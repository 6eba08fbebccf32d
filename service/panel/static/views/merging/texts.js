import { messages as en } from "../../messages/merging/en.js";
import { messages as ja } from "../../messages/merging/ja.js";
import { fill } from "../../text.js";

/** @typedef {keyof Omit<typeof en, "reasons">} MergeText */

/** @param {App} app */
const messagesOf = ({ t }) => (t.language === "ja" ? ja : en);

/**
 * Return a text about merges.
 * @param {App} app @param {MergeText} key @param {Record<string, string | number>} [values]
 */
export const textOf = (app, key, values = {}) => partsOf(app, key, values).join("");

/**
 * Return the parts of a text about merges; a value can be a node.
 * @template T
 * @param {App} app @param {MergeText} key @param {Record<string, T>} values
 */
export const partsOf = (app, key, values) => fill(messagesOf(app)[key], values);

/**
 * Return the name of what two profiles have in common: a search key, or another reason.
 * @param {App} app @param {string} reason
 */
export function reasonText(app, reason) {
  const names = /** @type {Record<string, string>} */ (messagesOf(app).reasons);
  const { t, store } = app;
  return (Object.hasOwn(names, reason) && names[reason]) || t.searchKey(store.state.searchKeys, reason);
}
