// Names, phone numbers and dates as the agent sees them.
import assert from "node:assert/strict";
import test from "node:test";
import { formatDate, formatPhone, formatTime, nameOf, subtitles } from "../../service/panel/static/format.js";

const NOBODY = { first_name: null, middle_name: null, last_name: null, business_name: null };

test("a name has the order of its language", () => {
  const names = [
    [{ first_name: "太郎", last_name: "山田" }, "山田 太郎"],
    [{ first_name: "Jane", last_name: "Doe" }, "Jane Doe"],
    [{ first_name: "John", middle_name: "Q.", last_name: "Public" }, "John Q. Public"],
    [{ first_name: "민수", last_name: "김" }, "김 민수"],
    [{ first_name: "ハナコ" }, "ハナコ"],
    [{ business_name: "Example Ltd." }, "Example Ltd."],
    [{ first_name: "Jane", business_name: "Example Ltd." }, "Jane"],
    [{}, ""],
  ];
  for (const [fields, text] of names) assert.equal(nameOf({ ...NOBODY, ...fields }), text);
});

test("the reading and the company are below the name", () => {
  const person = { first_name: "太郎", last_name: "山田", business_name: "例株式会社" };
  const reading = { phonetic_first_name: "タロウ", phonetic_last_name: "ヤマダ" };
  assert.deepEqual(subtitles({ ...person, ...reading }), ["ヤマダ タロウ", "例株式会社"]);
  assert.deepEqual(subtitles({ ...NOBODY, business_name: "Example Ltd." }), []);
});

test("a phone number is shown in the groups of its country", () => {
  const numbers = [
    ["+14155550101", "+1 415-555-0101"],
    ["+819012345678", "+81 90-1234-5678"],
    ["+81312345678", "+81 3-1234-5678"],
    ["+81120123456", "+81 120-123-456"],
    ["+818001234567", "+81 800-123-4567"],
    ["+81463123456", "+81 46312-3456"],
    ["+33612345678", "+33 6-12-34-56-78"],
    ["+447911123456", "+44 7911-123456"],
    ["+442079460958", "+44 207 946 0958"],
    ["+821012345678", "+82 10-1234-5678"],
    ["+6591234567", "+65 9123 4567"],
    ["+35312345678", "+353 1234 5678"],
    ["+85212345678", "+852 1234 5678"],
  ];
  for (const [e164, text] of numbers) assert.equal(formatPhone({ value: e164, e164 }, "en"), text);
});

test("Japanese numbers are national in Japanese", () => {
  assert.equal(formatPhone({ e164: "+819012345678" }, "ja"), "090-1234-5678");
  assert.equal(formatPhone({ e164: "+14155550101" }, "ja"), "+1 415-555-0101");
});

test("a phone number keeps the groups in which it was typed", () => {
  const numbers = [
    ["0463-12-3456", "+81463123456", "0463-12-3456"],
    ["(0463) 12-3456", "+81463123456", "0463-12-3456"],
    ["+81 (0)463-12-3456", "+81463123456", "0463-12-3456"],
    ["+81 463 12 3456", "+81463123456", "0463-12-3456"],
    ["+1 (415) 555-0101", "+14155550101", "+1 415-555-0101"],
    ["tel 0463123456", "+81463123456", "046312-3456"],
  ];
  for (const [value, e164, text] of numbers) assert.equal(formatPhone({ value, e164 }, "ja"), text);
});

test("a value that is no phone number is shown as typed", () => {
  assert.equal(formatPhone({ value: "ext. 12", e164: null }, "en"), "ext. 12");
  assert.equal(formatPhone({ value: "\u202e12", e164: null }, "en"), "12");
});

test("only a complete date is formatted", () => {
  assert.equal(formatDate("1980-04-01", "en"), "Apr 1, 1980");
  assert.equal(formatDate("1980-04-01", "ja"), "1980/04/01");
  for (const text of ["1 April", "1980-13-01", "1980"]) assert.equal(formatDate(text, "en"), text);
});

test("a time has the format of the language", () => {
  assert.match(formatTime("2026-03-01T09:30:00.000Z", "ja"), /^2026\/0[23]\/\d\d \d+:30$/);
});
