// Requests: retries, tokens and problems.
import assert from "node:assert/strict";
import test from "node:test";
import { Client, Problem } from "../../service/panel/static/client.js";

/** Return a client whose responses are `answers`; an error is thrown. It records requests and pauses. */
function clientOf(answers, token = () => null) {
  const calls = [];
  const pauses = [];
  const codes = [];
  const fetch = async (url, options) => {
    calls.push({ url, ...options });
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const wait = async (milliseconds) => {
    pauses.push(milliseconds);
  };
  const client = new Client({
    base: "http://x/v1",
    token,
    onRetrying: (problem) => codes.push(problem?.code),
    fetch,
    wait,
  });
  return { client, calls, pauses, codes };
}

const ok = (body) => new Response(JSON.stringify(body), { status: 200 });
const failed = (status, code, headers = {}) =>
  new Response(JSON.stringify({ code, request_id: "r" }), { status, headers });
const lost = () => new TypeError("Failed to fetch");
const problemOf = (promise) => promise.then(assert.fail, (error) => error);

test("a request has its body, its version and its idempotency key", async () => {
  const { client, calls } = clientOf([ok({ a: 1 })]);
  assert.deepEqual(await client.send("PATCH", "/p", { body: { a: 1 }, version: 3, idempotencyKey: "k" }), {
    a: 1,
  });
  assert.equal(calls[0].url, "http://x/v1/p");
  assert.deepEqual(calls[0].headers, {
    "Content-Type": "application/merge-patch+json",
    "If-Match": '"3"',
    "Idempotency-Key": "k",
  });
  assert.equal(calls[0].credentials, "omit");
});

test("the profile of a request is reported, with the one into which it was merged", async () => {
  const merged = { headers: { "Profile-Merged-Into": "t" } };
  const { client } = clientOf([new Response("{}", merged), new Response("{}", merged), ok({}), ok({})]);
  const reported = [];
  client.onMerged = (...report) => reported.push(report);
  const [one, other] = ["0f".repeat(16), "3c".repeat(16)];
  await client.send("GET", `/profiles/${one}/contacts?limit=5`);
  await client.send("PUT", "/contacts/c/association", { body: { profile_id: other } });
  await client.send("GET", `/profiles/${one}`);
  await client.send("POST", "/profiles/search", { body: {} });
  assert.deepEqual(reported, [
    [one, "t"],
    [other, "t"],
    [one, null],
  ]);
});

test("a lost connection and an unavailable service are tried again", async () => {
  const { client, pauses, codes } = clientOf([
    lost(),
    failed(503, "datastore_unavailable", { "Retry-After": "5" }),
    new Response("<html>", { status: 502 }),
    ok(1),
  ]);
  assert.equal(await client.send("GET", "/p"), 1);
  assert.deepEqual(pauses, [1000, 5000, 4000]);
  assert.deepEqual(codes, ["connection_lost", "datastore_unavailable", "http_502", undefined]);
});

test("a request is given up after some attempts", async () => {
  const { client, pauses } = clientOf(Array.from({ length: 6 }, lost));
  const problem = await problemOf(client.send("GET", "/p"));
  assert.deepEqual([problem.code, problem.status, problem.repeated], ["connection_lost", 0, true]);
  assert.equal(pauses.length, 5);
});

test("a patient request is not given up", async () => {
  const { client, pauses } = clientOf([...Array.from({ length: 20 }, lost), ok(1)]);
  assert.equal(await client.send("GET", "/p", { patient: true }), 1);
  assert.deepEqual(pauses.slice(-2), [8000, 8000]);
});

test("an error of the request is not tried again", async () => {
  for (const status of [400, 403, 404, 409, 412, 422, 500]) {
    const { client, calls } = clientOf([failed(status, "some_code")]);
    const problem = await problemOf(client.send("POST", "/p", { body: {} }));
    assert.ok(problem instanceof Problem);
    assert.deepEqual([problem.code, problem.status, problem.members.request_id], ["some_code", status, "r"]);
    assert.equal(calls.length, 1);
  }
});

test("a limit that lasts long is an error at once", async () => {
  const { client } = clientOf([failed(429, "too_many_sensitive_values", { "Retry-After": "1800" })]);
  assert.equal((await problemOf(client.send("GET", "/p"))).code, "too_many_sensitive_values");
});

test("a token is used until it is rejected, then renewed once", async () => {
  let count = 0;
  const { client, calls } = clientOf(
    [ok(1), ok(2), failed(401, "unauthenticated"), ok(3)],
    async () => `t${++count}`,
  );
  for (const result of [1, 2, 3]) assert.equal(await client.send("GET", "/p"), result);
  assert.deepEqual(
    calls.map(({ headers }) => headers.Authorization),
    ["Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2"],
  );
});

test("requests at the same time ask for one token", async () => {
  let count = 0;
  const { client, calls } = clientOf([ok(1), ok(2)], async () => `t${++count}`);
  await Promise.all([client.send("GET", "/p"), client.send("GET", "/q")]);
  assert.deepEqual(
    calls.map(({ headers }) => headers.Authorization),
    ["Bearer t1", "Bearer t1"],
  );
});

test("a new token that is rejected is an error", async () => {
  const { client, calls } = clientOf([failed(401, "unauthenticated")], () => "t");
  assert.equal((await problemOf(client.send("GET", "/p"))).code, "unauthenticated");
  assert.equal(calls.length, 1);
});

test("a token that cannot be had is asked for again", async () => {
  let count = 0;
  const token = async () => {
    if (count++ === 0) throw new Error("no network");
    return "t";
  };
  const { client, codes } = clientOf([ok(1)], token);
  assert.equal(await client.send("GET", "/p"), 1);
  assert.equal(codes[0], "sign_in_failed");
});

test("an aborted request is no problem of the connection", async () => {
  const controller = new AbortController();
  controller.abort();
  const { client } = clientOf([new DOMException("aborted", "AbortError")]);
  const error = await problemOf(client.send("GET", "/p", { signal: controller.signal }));
  assert.equal(error.name, "AbortError");
});

test("a page of another server is a problem of the set-up", async () => {
  const { client } = clientOf([new Response("<html>", { status: 200 })]);
  const problem = await problemOf(client.send("GET", "/p"));
  assert.deepEqual([problem.code, problem.status], ["no_api", 200]);
});
