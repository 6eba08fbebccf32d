// Characters that reorder or hide the text around them, and control characters except line breaks and tabs.
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u200b\u2060\ufeff]/gu;

/**
 * Return the text without characters that could disguise it.
 * @param {unknown} value
 */
export function clean(value) {
  return String(value ?? "").replace(UNSAFE, "");
}

/**
 * Return the parts of a text, with its {placeholders} replaced.
 * @template T
 * @param {string} text
 * @param {Record<string, T>} values
 * @returns {(string | T)[]}
 */
export function fill(text, values) {
  return text.split(/\{(\w+)\}/).map((part, index) => (index % 2 ? (values[part] ?? "") : part));
}
