// The texts of both languages.
import assert from "node:assert/strict";
import test from "node:test";
import { chooseLanguage, loadTranslator } from "../../service/panel/static/language.js";
import { messages as en } from "../../service/panel/static/messages/en.js";
import { messages as ja } from "../../service/panel/static/messages/ja.js";

const flat = (messages, prefix = "") =>
  Object.entries(messages).flatMap(([name, text]) =>
    typeof text === "string" ? [[prefix + name, text]] : flat(text, `${prefix}${name}.`),
  );
const placeholders = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test("both languages have the same texts with the same placeholders", () => {
  const other = Object.fromEntries(flat(ja));
  assert.deepEqual(
    Object.keys(other).sort(),
    flat(en)
      .map(([name]) => name)
      .sort(),
  );
  for (const [name, text] of flat(en)) assert.deepEqual(placeholders(other[name]), placeholders(text), name);
});

test("no text is empty, and Japanese texts are Japanese", () => {
  for (const [name, text] of [...flat(en), ...flat(ja)]) assert.ok(text.trim(), name);
  for (const [name, text] of flat(ja)) assert.match(text, /[\u3040-\u30ff\u4e00-\u9fff]/u, name);
});

test("the language is the first one that is supported", () => {
  assert.equal(chooseLanguage(["ja-JP", "en"]), "ja");
  assert.equal(chooseLanguage(["fr", "JA"]), "ja");
  assert.equal(chooseLanguage(["", "en-US", "ja"]), "en");
  assert.equal(chooseLanguage(["fr"]), "en");
});

test("search keys of the service are translated, and custom ones keep their label", async () => {
  const t = await loadTranslator("ja");
  const keys = [
    { name: "phone", label: "Phone number", built_in: true },
    { name: "ssn", label: "SSN", built_in: false },
    { name: "city", label: "My city", built_in: false },
  ];
  assert.deepEqual(
    ["phone", "ssn", "city", "name"].map((name) => t.searchKey(keys, name)),
    ["電話番号", "SSN", "My city", "名前"],
  );
  assert.equal(t.channel("QUEUE_CALLBACK"), "通話");
  assert.equal(t.channel("fax"), "fax");
});

test("a number of profiles has its own text", async () => {
  const t = await loadTranslator("en");
  assert.deepEqual(
    [t.profiles(1, false), t.profiles(3, null), t.profiles(20, "cursor")],
    ["1 profile", "3 profiles", "20 profiles or more"],
  );
});

test("problems with the same cause share a sentence", async () => {
  const t = await loadTranslator("en");
  assert.equal(t.problem("http_502", 502), t.problem("datastore_unavailable", 503));
  assert.notEqual(t.problem("unauthenticated", 401), t.problem("sign_in_failed", 0));
  assert.equal(t.problem("not_found", 404), t.problem("unsupported_media_type", 415));
  assert.notEqual(t.problem("profile_not_found", 404), t.problem("not_found", 404));
});

test("an unknown channel is shown as it is", async () => {
  const t = await loadTranslator("en");
  for (const channel of ["fax", "constructor", "__proto__"]) assert.equal(t.channel(channel), channel);
});
