// What an agent has entered for a customer who has a profile already.

/**
 * Return the form in which values are compared.
 * @param {unknown} value
 */
export const plainForm = (value) =>
  String(value ?? "")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]/gu, "");

/**
 * Return the digits of a number, without zeros at its beginning, which some notations do not have.
 * @param {unknown} value
 */
const digits = (value) => plainForm(value).replace(/\D/g, "").replace(/^0+/, "");

/** @param {unknown} one @param {unknown} other */
const isSame = (one, other) => plainForm(one) === plainForm(other);

/**
 * Return what was entered into a form and a profile does not have, in any notation: what can be `added` to it, and
 * the `other` texts, for which the profile has another one. Labels do not count.
 * @param {Profile} profile @param {Fields} fields without empty ones
 * @returns {{ added: Fields, other: Fields }}
 */
export function compareEntered(profile, fields) {
  /** @type {{ added: Fields, other: Fields }} */
  const result = { added: {}, other: {} };
  const has = /** @type {Record<string, any>} */ (profile);
  for (const [name, value] of Object.entries(fields)) {
    if (Array.isArray(value)) addRest(result.added, name, missingRows(name, has[name], value));
    else if (name === "keys") addRest(result.added, name, missingKeys(has.keys, /** @type {any} */ (value)));
    else if (name === "attributes") {
      const texts = splitTexts(has.attributes, /** @type {Row} */ (value));
      for (const kind of /** @type {const} */ (["added", "other"])) addRest(result[kind], name, texts[kind]);
    } else {
      const texts = splitTexts(has, { [name]: String(value) });
      Object.assign(result.added, texts.added);
      Object.assign(result.other, texts.other);
    }
  }
  return result;
}

/** @param {Fields} target @param {string} name @param {object} rest is left out if it is empty */
function addRest(target, name, rest) {
  if (Object.keys(rest).length > 0) target[name] = rest;
}

/** @param {string} name @param {any[]} items @param {Row[]} rows */
const missingRows = (name, items, rows) =>
  rows.filter(
    ({ type, ...row }) =>
      !items.some((item) => (name === "phone_numbers" ? isSameNumber(row, item) : hasMembers(row, item))),
  );

/**
 * @param {Record<string, string[]>} has @param {Record<string, string[]>} entered
 * @returns {Record<string, string[]>}
 */
function missingKeys(has, entered) {
  const rest = Object.entries(entered).map(([key, values]) => {
    // A mask can hide another value.
    const known = (has[key] ?? []).filter((value) => !value.startsWith("****"));
    return /** @type {const} */ ([key, values.filter((value) => !known.some((each) => isSame(each, value)))]);
  });
  return Object.fromEntries(rest.filter(([, values]) => values.length > 0));
}

/** @param {Record<string, unknown>} has @param {Row} entered @returns {{ added: Row, other: Row }} */
function splitTexts(has, entered) {
  const rest = Object.entries(entered).filter(([name, text]) => !isSame(has[name], text));
  return {
    added: Object.fromEntries(rest.filter(([name]) => !has[name])),
    other: Object.fromEntries(rest.filter(([name]) => has[name])),
  };
}

/**
 * Return whether the entered number is the other one. It can lack the country code.
 * @param {Row} row @param {Profile["phone_numbers"][number]} number
 */
function isSameNumber(row, number) {
  const entered = digits(row.value);
  return entered.length > 6 && digits(number.e164 ?? number.value).endsWith(entered);
}

/** @param {Row} row @param {Record<string, unknown>} item */
const hasMembers = (row, item) => Object.entries(row).every(([member, value]) => isSame(item[member], value));
