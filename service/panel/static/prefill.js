import { EAST_ASIAN } from "./format.js";

/**
 * Return the fields of a new profile that are known from the contact and the search.
 * @param {IncomingContact | null} contact @param {readonly Criterion[]} criteria
 * @param {readonly SearchKey[]} searchKeys
 * @returns {Fields}
 */
export function prefill(contact, criteria, searchKeys) {
  /** @type {Record<string, string>} */
  const known = {};
  /** @type {Record<string, string[]>} */
  const keys = {};
  for (const { key, values } of criteria) {
    if (searchKeys.some(({ name, built_in }) => name === key && !built_in)) keys[key] = values;
    else known[key] = values[0] ?? "";
  }
  const phones = distinct([contact?.phone_number, known.phone]);
  const emails = distinct([contact?.email_address, known.email]);
  const name = known.name || contact?.name || "";
  return {
    ...(name ? splitName(name) : {}),
    ...(known.account ? { account_number: known.account } : {}),
    phone_numbers: phones.map((value) => ({ value })),
    email_addresses: emails.map((value) => ({ value })),
    keys,
  };
}

/** @param {(string | null | undefined)[]} values */
function distinct(values) {
  return [...new Set(values.map((value) => value?.trim()).filter((value) => value))];
}

/**
 * Return the first and the last name in a full name.
 * @param {string} name
 * @returns {{ first_name: string, last_name?: string }}
 */
export function splitName(name) {
  const [last, first] = name.split(/[,、，]/).map((part) => part.trim());
  if (last && first) return { first_name: first, last_name: last };
  const words = name.trim().split(/\s+/);
  if (words.length === 1) return { first_name: words[0] ?? "" };
  const lastName = /** @type {string} */ (EAST_ASIAN.test(name) ? words.shift() : words.pop());
  return { first_name: words.join(" "), last_name: lastName };
}
