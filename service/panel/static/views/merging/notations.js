// The forms in which values are compared. The service unites the notations of a value. What has one form here is one
// value there; but rare notations of one value have several forms here, such as kana and half-width kana.

/** @typedef {(item: any) => string} Form returns the same text for notations of one value */

/** From so many digits on, the service looks for several numbers in a text. */
const SEVERAL = 14;

/**
 * Return a text as people compare it: without case, width, repeated spaces, and accents of Latin letters.
 * @param {string} text
 */
const fold = (text) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFD")
    .replace(/(?<=\p{Script=Latin}\p{M}*)\p{M}/gu, "")
    .normalize("NFC")
    .trim()
    .replace(/\s+/g, " ");

/**
 * Return what counts of a text. Of digits that a spreadsheet may have changed, such as 1.0, and of texts with letters
 * of other scripts, everything counts.
 * @param {string} text @param {RegExp} ignored what does not count otherwise
 */
function essence(text, ignored) {
  const folded = fold(text);
  const isPlain = /^[ -~]*$/.test(folded) && !(/\d/.test(folded) && /[.,]|e\+/.test(folded));
  return (isPlain && folded.replace(ignored, "")) || folded;
}

/** By the type of the search key. @type {Record<string, Form>} */
const FORMS = {
  text: (value) => essence(value, /[\s\p{P}]/gu),
  digits: (value) => essence(value, /\D/g),
  name: fold,
  email: (value) => value.trim().toLowerCase(),
  phone: (value) => value.trim(),
  identifier: (value) => value.normalize("NFC").trim(),
};

/** By the name of the list. @type {Record<string, Form>} */
const FORMS_OF_LISTS = {
  phone_numbers: ({ value, e164 }) =>
    e164 && value.replace(/\P{Nd}/gu, "").length < SEVERAL ? e164 : value.trim(),
  email_addresses: ({ value }) => value.trim().toLowerCase(),
  addresses: ({ type, ...lines }) =>
    JSON.stringify(
      Object.entries(lines)
        .filter(([, line]) => line !== null)
        .map(([name, line]) => [name, fold(line)])
        .sort(),
    ),
};

/**
 * Return the function for the items of a list, such as `phone_numbers`.
 * @param {string} name
 */
export const formOfList = (name) => /** @type {Form} */ (FORMS_OF_LISTS[name]);

/**
 * Return the function for the values of a search key. Values of one that was removed have only one notation.
 * @param {SearchKey | undefined} key
 * @returns {Form}
 */
export const formOfKey = (key) => (key && FORMS[key.type]) ?? String;
