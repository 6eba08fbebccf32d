// What a new profile gets from the contact and from the search.
import assert from "node:assert/strict";
import test from "node:test";
import { prefill, splitName } from "../../service/panel/static/prefill.js";

const KEYS = [
  { name: "phone", built_in: true },
  { name: "ssn", built_in: false },
];

test("a full name is split in the order of its language", () => {
  const names = [
    ["Jane Doe", { first_name: "Jane", last_name: "Doe" }],
    ["Mary Ann Smith", { first_name: "Mary Ann", last_name: "Smith" }],
    ["Doe, Jane", { first_name: "Jane", last_name: "Doe" }],
    ["山田 太郎", { first_name: "太郎", last_name: "山田" }],
    ["山田　太郎", { first_name: "太郎", last_name: "山田" }],
    [" Cher ", { first_name: "Cher" }],
  ];
  for (const [name, fields] of names) assert.deepEqual(splitName(name), fields);
});

test("the contact's number, address and name are in the form", () => {
  const contact = { contact_id: "c", channel: "voice", phone_number: "+14155550101", name: "Jane Doe" };
  assert.deepEqual(prefill(contact, [], KEYS), {
    first_name: "Jane",
    last_name: "Doe",
    phone_numbers: [{ value: "+14155550101" }],
    email_addresses: [],
    keys: {},
  });
});

test("what the agent searched for is in the form too", () => {
  const contact = { contact_id: "c", channel: "chat", email_address: "a@example.com", name: "Guest" };
  const criteria = [
    { key: "name", values: ["John Doe"] },
    { key: "account", values: ["A-1"] },
    { key: "email", values: ["a@example.com"] },
    { key: "ssn", values: ["123"] },
    { key: "contact_id", values: ["c-1"] },
  ];
  assert.deepEqual(prefill(contact, criteria, KEYS), {
    first_name: "John",
    last_name: "Doe",
    account_number: "A-1",
    phone_numbers: [],
    email_addresses: [{ value: "a@example.com" }],
    keys: { ssn: ["123"] },
  });
});
