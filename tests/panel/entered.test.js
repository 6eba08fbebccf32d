import assert from "node:assert/strict";
import { test } from "node:test";
import { compareEntered } from "../../service/panel/static/entered.js";

const hasEntered = (profile, fields) => {
  const { added, other } = compareEntered(profile, fields);
  return Object.keys({ ...added, ...other }).length === 0;
};
const grace = {
  first_name: "Grace",
  last_name: "Hopper",
  business_name: null,
  phone_numbers: [
    { value: "+1 614-555-0117", type: "mobile", e164: "+16145550117" },
    { value: "03-1234-5678", type: null, e164: "+81312345678" },
    { value: "ext 77", type: null, e164: null },
  ],
  email_addresses: [{ value: "grace@example.com", type: "home" }],
  addresses: [{ address_1: "1 Main St.", city: "Rye", type: "home" }],
  attributes: { tier: "gold" },
  keys: { card: ["K-7"], secret: ["********1234"] },
};

test("a profile has what was entered in another notation, also with another label", () => {
  assert.ok(hasEntered(grace, {}));
  assert.ok(hasEntered(grace, { first_name: "GRACE", last_name: "Hopper" }));
  for (const value of ["(614) 555-0117", "0312345678", "０３－１２３４－５６７８", "0081 3 1234 5678"])
    assert.ok(hasEntered(grace, { phone_numbers: [{ value, type: "work" }] }), value);
  assert.ok(hasEntered(grace, { email_addresses: [{ value: "Grace@Example.com" }] }));
  assert.ok(hasEntered(grace, { addresses: [{ address_1: "1 Main St", city: "Rye" }] }));
  assert.ok(hasEntered(grace, { attributes: { tier: "gold" }, keys: { card: ["k7"] } }));
});

test("what a profile does not have is found, and so is what cannot be compared", () => {
  for (const fields of [
    { last_name: "Hoper" },
    { business_name: "Navy" },
    { birth_date: "1906-12-09" },
    { phone_numbers: [{ value: "(614) 555-0117" }, { value: "(614) 555-0118" }] },
    { phone_numbers: [{ value: "77" }] },
    { email_addresses: [{ value: "hopper@example.com" }] },
    { addresses: [{ address_1: "1 Main St.", city: "Rye", postal_code: "10580" }] },
    { attributes: { tier: "gold", shop: "A" } },
    { attributes: { type: "private" } },
    { keys: { card: ["K7", "K8"] } },
    { keys: { secret: ["1234"] } },
    { keys: { other: ["1"] } },
  ])
    assert.ok(!hasEntered(grace, fields), JSON.stringify(fields));
});

test("values to add are separate from texts that the profile has otherwise", () => {
  const entered = {
    first_name: "Gracie",
    business_name: "Navy",
    phone_numbers: [{ value: "(614) 555-0117" }, { value: "(614) 555-0118", type: "work" }],
    attributes: { tier: "silver", shop: "A" },
    keys: { card: ["K7", "K8"], secret: ["1234"] },
  };
  assert.deepEqual(compareEntered(grace, entered), {
    added: {
      business_name: "Navy",
      phone_numbers: [{ value: "(614) 555-0118", type: "work" }],
      attributes: { shop: "A" },
      keys: { card: ["K8"], secret: ["1234"] },
    },
    other: { first_name: "Gracie", attributes: { tier: "silver" } },
  });
});
