import { fill } from "./text.js";

/** @typedef {typeof import("./messages/en.js").messages} Messages */
/** @typedef {{ [K in keyof Messages]: Messages[K] extends string ? K : never }[keyof Messages]} Key */
/** @typedef {"fields" | "channels" | "tiers" | "problems"} Table */

const LANGUAGES = ["en", "ja"];
/** The built-in search keys that have another name than the field of the profile. @type {Record<string, string>} */
const FIELDS = { phone: "phone_numbers", email: "email_addresses", account: "account_number" };
/** Problems with the same sentence. @type {Record<string, string>} */
const GROUPS = {
  unavailable: "datastore_unavailable issuer_unavailable not_ready http_502 http_503 http_504",
  sign_in: "unauthenticated sign_in_failed api_key_ended api_key_not_found api_key_rotated",
  too_large: "cannot_be_stored payload_too_large",
  setup:
    "built_in_search_key contact_not_found foreign_origin idempotency_key_reused invalid_host malformed_json " +
    "method_not_allowed misdirected_request not_found search_key_fixed too_many_search_keys unsupported_media_type",
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
    return /** @type {Record<string, string>} */ (this.messages[table])[value];
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
   * Return the sentence for the code of a problem, or undefined if the code is unknown.
   * @param {string} code
   */
  problem(code) {
    const group = Object.keys(GROUPS).find((name) => GROUPS[name]?.split(" ").includes(code));
    return this.name("problems", group ?? code);
  }
}
