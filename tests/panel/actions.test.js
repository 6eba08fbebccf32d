import assert from "node:assert/strict";
import { test } from "node:test";
import {
  attempt,
  changed,
  endTasks,
  openView,
  report,
  run,
  show,
  showResult,
  showRetrying,
} from "../../service/panel/static/actions.js";
import { Problem } from "../../service/panel/static/client.js";
import { initialState, Store } from "../../service/panel/static/store.js";

function createApp() {
  const store = new Store(initialState());
  const events = [];
  const t = { problem: (code) => code, searchKey: (_keys, name) => name };
  const reload = () => events.push("reload");
  return { store, events, t, reload, emit: (name) => events.push(name), running: Promise.resolve() };
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

test("a request for a view that is not shown any more is aborted", async () => {
  const app = createApp();
  const signals = [];
  const open = () =>
    openView(app, (signal) => {
      signals.push(signal);
      return new Promise(() => {});
    });
  open();
  open();
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, false],
  );
  show(app, profile("p1"));
  assert.equal(signals[1].aborted, true);
});

test("a failed action for a contact stays until it succeeds, whatever contact is shown", async () => {
  const app = createApp();
  const contact = { contact_id: "a", channel: "voice" };
  const outcomes = [new Problem("connection_lost"), null];
  const action = async () => {
    const problem = outcomes.shift();
    if (problem) throw problem;
  };
  await run(app, action, { contact, kind: "association", about: "Associate A" });
  show(app, profile("of-b"));
  const [notice] = app.store.state.unfinished;
  assert.equal(notice.task.about, "Associate A");
  await notice.retry();
  assert.deepEqual([app.store.state.unfinished, outcomes], [[], []]);
});

test("a failed action for profiles is not removed with those of a contact", async () => {
  const app = createApp();
  const task = { contact: null, kind: "merge", about: "Merge A into B" };
  const outcomes = [new Problem("connection_lost"), null];
  const action = async () => {
    const problem = outcomes.shift();
    if (problem) throw problem;
  };
  await run(app, action, task);
  endTasks(app, { contact_id: "a", channel: "voice" });
  const [notice] = app.store.state.unfinished;
  assert.equal(notice.task, task);
  await notice.retry();
  assert.deepEqual(app.store.state.unfinished, []);
});

test("an action that fails without hope names its contact, and is not kept", async () => {
  const app = createApp();
  const task = { contact: { contact_id: "a", channel: "voice" }, kind: "clear", about: "Clear A" };
  const fail = async () => {
    throw new Problem("insufficient_scope", 403);
  };
  await assert.rejects(attempt(app, fail, task));
  assert.deepEqual([app.store.state.unfinished, app.store.state.notice.task], [[], task]);
});

test("a sign-in that fails for several requests is one notice and one event", async () => {
  const app = createApp();
  for (const _ of [1, 2, 3]) report(app, new Problem("unauthenticated", 401), () => {});
  assert.deepEqual(app.events, ["error"]);
  show(app, profile("p1"));
  app.store.state.notice.retry();
  assert.deepEqual(app.events, ["error", "reload"]);
});

test("an outage is one event, and one notice", () => {
  const app = createApp();
  report(app, new Problem("connection_lost"), () => {});
  for (const problem of [new Problem("connection_lost"), new Problem("http_502", 502), null]) {
    showRetrying(app, problem);
  }
  assert.deepEqual([app.events, app.store.state.notice], [["error", "error"], null]);
});

test("a form that the agent has begun to fill in is kept, unless it is done", () => {
  const app = createApp();
  const [form, other] = [
    { name: "create", focus: "first_name" },
    { name: "create", focus: "first_name" },
  ];
  for (const view of [form, other]) {
    show(app, view);
    changed.add(view);
  }
  show(app, profile("p1"));
  assert.deepEqual(app.store.state.drafts, [form, other]);
  show(app, form);
  assert.equal(app.store.state.view, form);
  show(app, profile("p1"), "Cancelled", true);
  assert.deepEqual(app.store.state.drafts, [other]);
});
