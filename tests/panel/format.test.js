// Names, phone numbers and dates as the agent sees them.
import assert from "node:assert/strict";
import test from "node:test";
import {
  formatAddress,
  formatDate,
  formatPhone,
  formatTime,
  nameOf,
  shortMask,
  subtitles,
} from "../../service/panel/static/format.js";

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
  for (const [e164, text] of numbers) assert.equal(formatPhone({ value: e164, e164 }, "US"), text);
});

test("numbers are national only if the service reads them as Japanese", () => {
  assert.equal(formatPhone({ e164: "+819012345678" }, "JP"), "090-1234-5678");
  assert.equal(formatPhone({ e164: "+819012345678" }, "US"), "+81 90-1234-5678");
  assert.equal(formatPhone({ value: "090-1234-5678", e164: "+819012345678" }), "+81 90-1234-5678");
  assert.equal(formatPhone({ e164: "+14155550101" }, "JP"), "+1 415-555-0101");
});

test("an address has the order of its country", () => {
  const us = { address_1: "69 Market Street", city: "San Francisco", state: "CA", postal_code: "94103" };
  const japan = { address_1: "千代田1-1", address_2: "例ビル 3F", city: "千代田区", state: "東京都" };
  const addresses = [
    [{ ...us, country: "United States" }, "69 Market Street, San Francisco, CA 94103, United States"],
    [{ city: "Leeds", postal_code: "LS1 1UR", country: "United Kingdom" }, "Leeds LS1 1UR, United Kingdom"],
    [
      { address_1: "Mönckebergstraße 1", city: "Hamburg", postal_code: "20095", country: "Germany" },
      "Mönckebergstraße 1, 20095 Hamburg, Germany",
    ],
    [{ ...japan, postal_code: "100-0001", country: "日本" }, "〒100-0001 東京都千代田区千代田1-1 例ビル 3F"],
    [{ ...japan, postal_code: "1000001" }, "〒1000001 東京都千代田区千代田1-1 例ビル 3F"],
    [
      { address_1: "建国路1号", city: "北京市", postal_code: "100022", country: "中国" },
      "中国 100022 北京市建国路1号",
    ],
    [
      { address_1: "테헤란로 1", city: "서울", postal_code: "06236", country: "대한민국" },
      "대한민국 06236 서울 테헤란로 1",
    ],
    [{ type: "home", city: "Paris" }, "Paris"],
    [{ country: "France" }, "France"],
    [{}, ""],
  ];
  for (const [address, text] of addresses) assert.equal(formatAddress(address), text);
});

test("masks of a value look the same", () => {
  assert.equal(shortMask("*****1120"), "••••1120");
  assert.equal(shortMask("*******1120"), "••••1120");
  assert.equal(shortMask("A***1"), "A***1");
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
  for (const [value, e164, text] of numbers) assert.equal(formatPhone({ value, e164 }, "JP"), text);
});

test("a value that is no phone number is shown as typed", () => {
  assert.equal(formatPhone({ value: "ext. 12", e164: null }), "ext. 12");
  assert.equal(formatPhone({ value: "\u202e12", e164: null }), "12");
});

test("only a complete date is formatted", () => {
  assert.equal(formatDate("1980-04-01", "en"), "Apr 1, 1980");
  assert.equal(formatDate("1980-04-01", "ja"), "1980/04/01");
  for (const text of ["1 April", "1980-13-01", "1980"]) assert.equal(formatDate(text, "en"), text);
});

test("a time has the format of the language", () => {
  assert.match(formatTime("2026-03-01T09:30:00.000Z", "ja"), /^2026\/0[23]\/\d\d \d+:30$/);
});
