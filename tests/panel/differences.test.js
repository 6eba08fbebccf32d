import assert from "node:assert/strict";
import { test } from "node:test";
import {
  canOrder,
  chosenFields,
  compareProfiles,
  isNameless,
  splitDifference,
} from "../../service/panel/static/views/merging/differences.js";

const profile = (more) => ({
  profile_id: "t",
  first_name: "Ann",
  last_name: null,
  business_name: null,
  account_number: null,
  phone_numbers: [],
  email_addresses: [],
  addresses: [],
  attributes: {},
  keys: {},
  version: 1,
  created_at: "2026-01-01",
  updated_at: "2026-01-01",
  ...more,
});
const fieldsOf = (rows) => rows.map(({ field }) => field);

test("texts are different or the same, and empty ones are left out", () => {
  const target = profile({ last_name: "Lee", attributes: { tier: "gold", shop: "A" } });
  const source = profile({
    profile_id: "s",
    last_name: "Ray",
    account_number: "A-7",
    attributes: { tier: "gold" },
    merged_into: "s",
    updated_at: "2026-02-02",
  });
  const { different, united, same } = compareProfiles(target, source, []);
  assert.deepEqual(fieldsOf(different), ["last_name", "account_number", "attributes.shop"]);
  assert.deepEqual(fieldsOf(same), ["first_name", "attributes.tier"]);
  assert.deepEqual(united, []);
});

/** Compare lists of one field: whether they are shown as the same, and what both items are marked with. */
const compareLists = (field, one, other, searchKeys = []) => {
  const [group, name] = field.split(".");
  const lists = (values) => (name ? { [group]: { [name]: values } } : { [group]: values });
  const { united, same } = compareProfiles(profile(lists(one)), profile(lists(other)), searchKeys);
  const row = [...united, ...same].find((each) => each.field === field);
  return { isSame: same.includes(row), target: marks(row.target), source: marks(row.source) };
};
const marks = (items) => items.map(({ mark }) => mark);

test("values in another notation are the same", () => {
  for (const [field, one, other] of [
    [
      "phone_numbers",
      { value: "312 555 0190", e164: "+13125550190" },
      { value: "+1 (312) 555-0190", e164: "+13125550190" },
    ],
    ["email_addresses", { value: "Ann@Example.com" }, { value: "ann@example.com " }],
    [
      "addresses",
      { address_1: "1-2 Main St.", city: "Málaga" },
      { address_1: "1-2  MAIN St.", city: "malaga" },
    ],
  ]) {
    const { isSame, target } = compareLists(field, [{ type: null, ...one }], [{ type: null, ...other }]);
    assert.deepEqual([isSame, target], [true, ["both"]], field);
  }
});

test("values of search keys are compared by the type of the key", () => {
  for (const [type, one, other, isSame] of [
    ["text", "C-1 a", "c1A", true],
    ["text", "Å", "a", true],
    ["text", "a+", "a", false],
    ["text", "1.0", "10", false],
    ["text", "(株)1", "株1", false],
    ["text", "--", "-", false],
    ["digits", "12-34", "1234", true],
    ["digits", "card 12", "12", true],
    ["digits", "1.20E+3", "1203", false],
    ["digits", "x", "y", false],
    ["email", "A@x.com", "a@x.com", true],
    ["name", "Lee  Ann", "lee ann", true],
    ["phone", "312 555 0190", "312 555 0191", false],
    ["phone", "312 555 0190", " 312 555 0190", true],
    ["identifier", "c-1", "c1", false],
    ["identifier", "c-1", "C-1", false],
    ["identifier", "c-1", "c-1 ", true],
  ]) {
    const key = { name: "card", type, sensitive: false };
    assert.equal(
      compareLists("keys.card", [one], [other], [key]).isSame,
      isSame,
      `${type}: ${one}, ${other}`,
    );
  }
  assert.equal(compareLists("keys.card", ["c-1"], ["C-1"]).isSame, false, "a search key that was removed");
});

test("masks are not compared", () => {
  const key = { name: "ssn", type: "text", sensitive: true };
  const result = compareLists("keys.ssn", ["***1120"], ["***1120"], [key]);
  assert.deepEqual(result, { isSame: false, target: [null], source: [null] });
});

test("what the service keeps as two values is not the same", () => {
  const address = { address_1: "1 Main St", address_2: null, city: "Chicago" };
  const number = { value: "312 555 0190", e164: "+13125550190" };
  for (const [field, one, other] of [
    ["addresses", address, { ...address, address_1: null, address_2: "1 Main St" }],
    ["addresses", address, { ...address, address_1: "1-Main St" }],
    ["addresses", address, { ...address, country: "US" }],
    // The service reads two numbers from such a text.
    ["phone_numbers", number, { ...number, value: "312 555 0190, 312 555 0191" }],
    ["phone_numbers", { value: "555-0190", e164: null }, { value: "5550190", e164: null }],
    ["email_addresses", { value: "ann@example.com" }, { value: "a.nn@example.com" }],
  ]) {
    const { isSame, target, source } = compareLists(field, [one], [other]);
    assert.deepEqual([isSame, target, source], [false, ["only"], ["only"]], field);
  }
});

test("a value with another label is not the same", () => {
  const number = { value: "312 555 0190", e164: "+13125550190" };
  const numbers = (...labels) => labels.map((type) => ({ type, ...number }));
  for (const [one, other, ...marked] of [
    [[null], [null], ["both"], ["both"]],
    [["home"], ["home"], ["both"], ["both"]],
    [["home"], ["mobile"], ["label"], ["label"]],
    [["home"], [null], ["label"], ["label"]],
    [["home", "mobile"], ["mobile"], ["label", "both"], ["both"]],
    [["home"], [], ["only"], []],
  ]) {
    const { isSame, target, source } = compareLists("phone_numbers", numbers(...one), numbers(...other));
    assert.deepEqual([target, source], marked);
    assert.equal(
      isSame,
      marked.flat().every((mark) => mark === "both"),
    );
  }
});

test("the order is offered if it changes the merged list", () => {
  const row = (target, source) => {
    const lists = [target, source].map((types) => ({
      email_addresses: types.map((type) => ({
        type,
        value: type === "x" ? "x@example.com" : "a@example.com",
      })),
    }));
    const { united, same } = compareProfiles(profile(lists[0]), profile(lists[1]), []);
    return [...united, ...same].find(({ field }) => field === "email_addresses");
  };
  assert.equal(canOrder(row(["home"], ["x"])), true);
  assert.equal(canOrder(row(["home"], ["work"])), true);
  assert.equal(canOrder(row([], ["work"])), false);
  assert.equal(canOrder(row(["home", "x"], ["home"])), false);
});

test("only choices that change what the service does are sent", () => {
  const target = profile({ last_name: "Lee", phone_numbers: [{ value: "1" }] });
  const source = profile({
    profile_id: "s",
    last_name: "Ray",
    account_number: "A-7",
    phone_numbers: [{ value: "2" }],
  });
  const rows = compareProfiles(target, source, []);
  const fields = (choices) => chosenFields({ target, source, choices }, rows);
  assert.deepEqual(fields({}), {});
  assert.deepEqual(fields({ last_name: "target", account_number: "source", phone_numbers: "target" }), {});
  assert.deepEqual(fields({ last_name: "source", account_number: "target", phone_numbers: "source" }), {
    last_name: "s",
    account_number: "t",
    phone_numbers: "s",
  });
  // A field that does not differ any more is not sent.
  assert.deepEqual(fields({ first_name: "source" }), {});
});

test("the merged profile needs a name", () => {
  const target = profile();
  const source = profile({ first_name: null, business_name: "Lee Ltd" });
  const isWithout = (choices) => isNameless({ target, source, choices });
  assert.equal(isWithout({}), false);
  assert.equal(isWithout({ first_name: "source" }), false);
  assert.equal(isWithout({ first_name: "source", business_name: "target" }), true);
});

test("the difference of two texts is between their common beginning and end", () => {
  assert.deepEqual(splitDifference("Ann", "Anne"), ["Ann", "", ""]);
  assert.deepEqual(splitDifference("Anne", "Ann"), ["Ann", "e", ""]);
  assert.deepEqual(splitDifference("齋藤 花子", "斎藤 花子"), ["", "齋", "藤 花子"]);
  assert.deepEqual(splitDifference("aa", "a"), ["a", "a", ""]);
  assert.deepEqual(splitDifference("", "b"), ["", "", ""]);
});
