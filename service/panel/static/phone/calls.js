/**
 * A contact that the phone simulates: who calls, and what the contact brings.
 * @typedef {object} Call
 * @property {"known" | "household" | "stranger" | "withheld" | "byEmail" | "byName"} caller
 * @property {Omit<IncomingContact, "contact_id">} contact
 */

/**
 * The customers are those of `make demo`.
 * @type {Record<import("./texts.js").Language, [Call, ...Call[]]>}
 */
export const calls = {
  en: [
    { caller: "known", contact: { channel: "voice", phone_number: "+13125550100" } },
    { caller: "household", contact: { channel: "voice", phone_number: "+81300000100" } },
    { caller: "stranger", contact: { channel: "voice", phone_number: "+12065550177" } },
    { caller: "withheld", contact: { channel: "voice", phone_number: "anonymous" } },
    {
      caller: "byEmail",
      contact: { channel: "chat", name: "Linda", email_address: "linda.wilson@example.com" },
    },
    { caller: "byName", contact: { channel: "chat", name: "Siobhán Brown" } },
  ],
  ja: [
    { caller: "known", contact: { channel: "voice", phone_number: "+819000002000" } },
    { caller: "household", contact: { channel: "voice", phone_number: "+81300000100" } },
    { caller: "stranger", contact: { channel: "voice", phone_number: "+819000009999" } },
    { caller: "withheld", contact: { channel: "voice", phone_number: "anonymous" } },
    { caller: "byEmail", contact: { channel: "chat", name: "結衣", email_address: "yui.sato@example.jp" } },
    { caller: "byName", contact: { channel: "chat", name: "高橋 花子" } },
  ],
};
