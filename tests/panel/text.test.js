// Texts that customers wrote, and texts with placeholders.
import assert from "node:assert/strict";
import test from "node:test";
import { clean, fill } from "../../service/panel/static/text.js";

test("characters that disguise a text are removed", () => {
  assert.equal(clean("\u202egnp.exe\u202c\u2066a\u2069\u200f\u061c"), "gnp.exea");
  assert.equal(clean("a\u0000b\u0007c\u009f\u200b\ufeff"), "abc");
  assert.equal(clean(null), "");
});

test("line breaks, joiners and letters of all scripts stay", () => {
  for (const text of ["a\nb", "می\u200cخواهم", "👩\u200d👧", "<img onerror=alert(1)>", "עברית", "ｶﾀｶﾅ"]) {
    assert.equal(clean(text), text);
  }
});

test("placeholders are replaced by texts or nodes", () => {
  const node = { node: true };
  assert.deepEqual(fill("Associate with {name}?", { name: node }), ["Associate with ", node, "?"]);
  assert.equal(fill("{a}{b}{c}", { a: "{b}", b: 0 }).join(""), "{b}0");
});
