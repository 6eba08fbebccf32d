// Merge patches of edited profiles, and conflicts with other changes.
import assert from "node:assert/strict";
import test from "node:test";
import { changesOf, isApplied, patchOf, withoutEmpty } from "../../service/panel/static/diff.js";

const PHONE = { type: "mobile", value: "090-1234-5678", e164: "+819012345678" };
const BASE = {
  profile_id: "p",
  version: 1,
  first_name: "Jane",
  last_name: null,
  phone_numbers: [PHONE],
  addresses: [{ type: "home", address_1: "1 Market St", address_2: null, city: null }],
  attributes: { tier: "gold", plan: "a" },
  keys: {},
};
const FORM = {
  first_name: "Jane",
  last_name: "",
  phone_numbers: [{ value: "090-1234-5678", type: "mobile" }],
  addresses: [{ address_1: "1 Market St", type: "home" }],
  attributes: { plan: "a", tier: "gold" },
};

test("a form that was not changed gives an empty patch", () => {
  assert.deepEqual(patchOf(BASE, FORM), {});
});

test("a patch has only the changed fields, and null for a removed value", () => {
  assert.deepEqual(patchOf(BASE, { ...FORM, first_name: "", last_name: "Doe" }), {
    first_name: null,
    last_name: "Doe",
  });
});

test("a phone number that is unchanged keeps its parsed form", () => {
  const phone_numbers = [{ value: "090-1234-5678", type: "work" }, { value: "03-1234-5678" }];
  const [kept, added] = patchOf(BASE, { ...FORM, phone_numbers }).phone_numbers;
  assert.deepEqual(kept, { value: "090-1234-5678", type: "work", e164: "+819012345678" });
  assert.deepEqual(added, { value: "03-1234-5678" });
});

test("a removed attribute is null, and others are not sent", () => {
  assert.deepEqual(patchOf(BASE, { ...FORM, attributes: { plan: "b", size: "m" } }), {
    attributes: { tier: null, plan: "b", size: "m" },
  });
});

test("a creation has no empty fields", () => {
  const fields = {
    first_name: "Jane",
    last_name: "",
    phone_numbers: [],
    attributes: {},
    keys: { ssn: ["1"] },
  };
  assert.deepEqual(withoutEmpty(fields), { first_name: "Jane", keys: { ssn: ["1"] } });
});

test("changes of others are told from changes of both", () => {
  const latest = { ...BASE, version: 2, first_name: "Janet", last_name: "Roe", attributes: { plan: "a" } };
  const changes = changesOf(BASE, latest, { first_name: "Joan" });
  assert.deepEqual(
    changes.map(({ name, both }) => [name, both]),
    [
      ["first_name", true],
      ["last_name", false],
      ["attributes", false],
    ],
  );
  assert.deepEqual(changes[0], {
    name: "first_name",
    before: "Jane",
    theirs: "Janet",
    mine: "Joan",
    both: true,
  });
});

test("the same change by both is no conflict", () => {
  const latest = { ...BASE, first_name: "Joan" };
  assert.equal(changesOf(BASE, latest, { first_name: "Joan" })[0].both, false);
});

test("a patch is applied if the profile has all its values", () => {
  const patch = {
    last_name: "Doe",
    attributes: { tier: null },
    phone_numbers: [{ value: "090-1234-5678", type: "mobile" }],
  };
  assert.equal(isApplied(BASE, patch), false);
  assert.equal(isApplied({ ...BASE, last_name: "Doe", attributes: { plan: "a" } }, patch), true);
});
