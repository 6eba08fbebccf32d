import assert from "node:assert/strict";
import { test } from "node:test";
import { openView, run, show, showResult } from "../../service/panel/static/actions.js";
import { Problem } from "../../service/panel/static/client.js";
import { initialState, Store } from "../../service/panel/static/store.js";

function createApp() {
  const store = new Store(initialState());
  const events = [];
  return { store, events, emit: (name) => events.push(name), running: Promise.resolve() };
}

const profile = (id, more) => ({ name: "profile", profile: { profile_id: id }, ...more });
const nameOfView = (app) => app.store.state.view.name;

/** Return a function that opens a view, and the one that lets it load. */
function slow(app, name) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const opened = openView(app, async () => {
    await promise;
    return () => show(app, { name });
  });
  return { opened, resolve, reject };
}

test("a view that has loaded is shown", async () => {
  const app = createApp();
  const search = slow(app, "results");
  assert.notEqual(app.store.state.opening, null);
  search.resolve();
  await search.opened;
  assert.equal(nameOfView(app), "results");
  assert.equal(app.store.state.opening, null);
});

test("a search that ends after the form was opened does not replace it", async () => {
  for (const order of [
    ["search", "form"],
    ["form", "search"],
  ]) {
    const app = createApp();
    const loads = { search: slow(app, "results"), form: slow(app, "create") };
    for (const each of order) {
      loads[each].resolve();
      await loads[each].opened;
    }
    assert.equal(nameOfView(app), "create");
    assert.equal(app.store.state.opening, null);
  }
});

test("a search that ends after the agent or a contact opened another view is dropped", async () => {
  const app = createApp();
  const search = slow(app, "results");
  show(app, profile("p1"));
  search.resolve();
  await search.opened;
  assert.equal(nameOfView(app), "profile");
});

test("a search that ends after an action began is dropped", async () => {
  const app = createApp();
  const search = slow(app, "results");
  const action = run(app, async () => {});
  search.resolve();
  await Promise.all([search.opened, action]);
  assert.equal(nameOfView(app), "idle");
});

test("only the problem of the newest search is shown", async () => {
  const app = createApp();
  const [old, newest] = [slow(app, "results"), slow(app, "results")];
  old.reject(new Problem("connection_lost"));
  await old.opened;
  assert.equal(app.store.state.notice, null);
  newest.reject(new Problem("connection_lost"));
  await newest.opened;
  assert.equal(app.store.state.notice.problem.code, "connection_lost");
  assert.deepEqual(app.events, ["error"]);
});

test("no view is opened while an action changes something", async () => {
  const app = createApp();
  const { promise, resolve } = Promise.withResolvers();
  const action = run(app, () => promise);
  await slow(app, "results").opened;
  resolve();
  await action;
  assert.equal(nameOfView(app), "idle");
});

test("the result of an action does not replace another view", () => {
  const app = createApp();
  const from = app.store.state.view;
  showResult(app, from, profile("p1"), "Saved");
  assert.equal(app.store.state.view.profile.profile_id, "p1");
  showResult(app, from, profile("p1", { confirming: false }), "Associated");
  assert.equal(app.store.state.view.confirming, false);
  show(app, { name: "matching" });
  showResult(app, from, profile("p1"), "Created");
  assert.equal(nameOfView(app), "matching");
  assert.equal(app.store.state.announcement, "Created");
});
