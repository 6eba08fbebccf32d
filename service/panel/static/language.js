import { fill } from "./text.js";

/** @typedef {typeof import("./messages/en.js").messages} Messages */
/** @typedef {{ [K in keyof Messages]: Messages[K] extends string ? K : never }[keyof Messages]} Key */

const LANGUAGES = ["en", "ja"];

/**
 * Return the first supported language, English by default.
 * @param {readonly string[]} preferred
 */
export function chooseLanguage(preferred) {
  const names = preferred.map((name) => name.toLowerCase().split("-")[0] ?? "");
  return names.find((name) => LANGUAGES.includes(name)) ?? "en";
}

/** @param {string} language */
export async function loadTranslator(language) {
  const { messages } = await import(`./messages/${language}.js`);
  return new Translator(language, messages);
}

/** The texts of one language. */
export class Translator {
  /** @param {string} language @param {Messages} messages */
  constructor(language, messages) {
    this.language = language;
    this.messages = messages;
  }

  /**
   * Return a text.
   * @param {Key} key @param {Record<string, string | number>} [values]
   */
  text(key, values = {}) {
    return fill(this.messages[key], values).join("");
  }

  /**
   * Return the parts of a text; a value can be a node.
   * @param {Key} key @param {Record<string, Node | string>} values
   */
  parts(key, values) {
    return fill(this.messages[key], values);
  }

  /**
   * Return the text for a number of profiles.
   * @param {number} count @param {boolean} [more] true if there are more
   */
  profiles(count, more = false) {
    if (more) return this.text("profilesOrMore", { count });
    return this.text(count === 1 ? "oneProfile" : "manyProfiles", { count });
  }

  /** @param {string} name the name of a field of a profile */
  field(name) {
    return /** @type {Record<string, string>} */ (this.messages.fields)[name] ?? name;
  }

  /** @param {string} channel */
  channel(channel) {
    const name = channel.toLowerCase().replace(/^(?:queue_)?callback$/, "voice");
    return /** @type {Record<string, string>} */ (this.messages.channels)[name] ?? channel;
  }

  /** @param {string} tier */
  tier(tier) {
    return /** @type {Record<string, string>} */ (this.messages.tiers)[tier] ?? "";
  }

  /**
   * Return the label of a search key. Those of the service are translated.
   * @param {readonly SearchKey[]} keys @param {string} name
   */
  searchKey(keys, name) {
    const builtIn = /** @type {Record<string, string>} */ (this.messages.searchKeys)[name];
    return builtIn ?? keys.find((key) => key.name === name)?.label ?? name;
  }

  /** @param {string} code @returns {string} the sentence for the code of a problem */
  problem(code) {
    const sentences = /** @type {Record<string, string>} */ (this.messages.problems);
    return sentences[code] ?? this.text("otherProblem", { code });
  }
}
