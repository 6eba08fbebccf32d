import assert from "node:assert/strict";
import { test } from "node:test";
import {
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
const shared = (items) => items.map(({ isShared }) => isShared);

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

test("the values of lists are compared in any notation, masks are not", () => {
  const target = profile({
    phone_numbers: [{ value: "312 555 0190", e164: "+13125550190" }, { value: "x1" }],
    email_addresses: [{ value: "Ann@Example.com" }],
    addresses: [{ address_1: "1-2 Main St.", city: "Chicago" }],
    keys: { card: ["C-7"], ssn: ["***1120"] },
  });
  const source = profile({
    phone_numbers: [{ value: "+1 312 555 0190", e164: "+13125550190" }],
    email_addresses: [{ value: "ann@example.com " }],
    addresses: [{ address_1: "1-2 main st", city: "Chicago" }],
    keys: { card: ["c7"], ssn: ["***1120"] },
  });
  const { united, same } = compareProfiles(target, source, [{ name: "ssn", sensitive: true }]);
  assert.deepEqual(fieldsOf(united), ["phone_numbers", "keys.ssn"]);
  assert.deepEqual(
    united.map((row) => [shared(row.target), shared(row.source)]),
    [
      [[true, false], [true]],
      [[null], [null]],
    ],
  );
  assert.deepEqual(fieldsOf(same), ["first_name", "email_addresses", "addresses", "keys.card"]);
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
