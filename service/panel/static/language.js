import { fill } from "./text.js";

/** @typedef {typeof import("./messages/en.js").messages} Messages */
/** @typedef {{ [K in keyof Messages]: Messages[K] extends string ? K : never }[keyof Messages]} Key */
/** @typedef {"fields" | "channels" | "tiers" | "types" | "problems"} Table */

const LANGUAGES = ["en", "ja"];
/** The built-in search keys that have another name than the field of the profile. @type {Record<string, string>} */
const FIELDS = { phone: "phone_numbers", email: "email_addresses", account: "account_number" };
/** The sentences of problems that have not their own. @type {Record<string, string>} */
const SAME = {
  unauthenticated: "sign_in",
  cannot_be_stored: "too_large",
  payload_too_large: "too_large",
  incomplete_body: "connection_lost",
  replica_set_required: "setup",
};

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
   * Return the name of a value of the API, or undefined if it has none.
   * @param {Table} table @param {string} value
   */
  name(table, value) {
    // A channel such as "constructor" is no name of a text, but of a member of all objects.
    const names = /** @type {Record<string, string>} */ (this.messages[table]);
    return Object.hasOwn(names, value) ? names[value] : undefined;
  }

  /** @param {string} name */
  field(name) {
    return this.name("fields", name) ?? name;
  }

  /**
   * Return the text for a number of profiles.
   * @param {number} count @param {unknown} more whether there are more
   */
  profiles(count, more) {
    return this.text(more ? "moreProfiles" : count === 1 ? "oneProfile" : "manyProfiles", { count });
  }

  /** @param {string} channel */
  channel(channel) {
    return this.name("channels", channel.toLowerCase().replace(/^(?:queue_)?callback$/, "voice")) ?? channel;
  }

  /**
   * Return the label of a search key. Those of the service are translated.
   * @param {readonly SearchKey[]} keys @param {string} name
   */
  searchKey(keys, name) {
    const key = keys.find((each) => each.name === name);
    return key && !key.built_in ? key.label : this.field(FIELDS[name] ?? name);
  }

  /**
   * Return the sentence for a problem. An agent cannot tell the failures of a service from each other, nor the
   * errors of a request that the panel should not have sent.
   * @param {string} code @param {number} status
   */
  problem(code, status) {
    const sentences = this.messages.problems;
    const sentence = this.name("problems", SAME[code] ?? code);
    return sentence ?? (status > 500 ? sentences.unavailable : sentences.setup);
  }
}
