import { type TaskStore, taskStore } from "../../../adapters/tables/tasks";
import { changedTask, freshTask, type Task, withNote } from "../../../engine/tasks/task";
import { startDynamoDb, type TestDynamoDb } from "../../support/dynamodb";
import { createKeyTable } from "../../support/key-table";

let database: TestDynamoDb;
let store: TaskStore;
beforeAll(async () => {
  database = await startDynamoDb();
  await createKeyTable(database.client, "ledger-test", "ledger");
  store = taskStore(database.client, "ledger-test");
});
afterAll(() => database.close());

const now = new Date("2026-11-22T03:00:00.000Z");
const jae = { id: "oid-jae", name: "Jae Park" };
const mina = { id: "oid-mina", name: "Mina Seo" };
const subjects = (tasks: readonly Task[]) => tasks.map(({ subject }) => subject).sort();

async function written(before: Task | undefined, after: Task): Promise<Task> {
  expect(await store.replace(before, after, now)).toBe(true);
  return after;
}

it("a subject has a stored task only if an operator has changed the task", async () => {
  const task = withNote(changedTask(freshTask("request/1", "person-1"), { owner: jae }), "@Administrator, look", mina, now);
  await written(undefined, task);
  expect(await store.get("request/1")).toEqual(task);
  expect(await store.get("request/2")).toBeUndefined();
  expect([...(await store.of(["request/1", "request/2", "request/1"])).keys()]).toEqual(["request/1"]);
});

it("a task is not written if a colleague has changed it since it was read", async () => {
  const read = await written(undefined, changedTask(freshTask("domain/race.example"), {}));
  const theirs = await written(read, changedTask(read, { owner: mina }));
  expect(await store.replace(read, changedTask(read, { owner: jae }), now)).toBe(false);
  expect(await store.replace(undefined, changedTask(freshTask("domain/race.example"), { owner: jae }), now)).toBe(false);
  expect(await store.get("domain/race.example")).toEqual(theirs);
});

it("tasks are found by their owner, and by the day they were done on", async () => {
  const owner = { id: "oid-of-two", name: "Do" };
  const one = await written(undefined, changedTask(freshTask("domain/one.example"), { owner }));
  const two = await written(undefined, changedTask(freshTask("domain/two.example"), { owner }));
  expect(subjects(await store.ownedBy(owner.id))).toEqual(["domain/one.example", "domain/two.example"]);
  await written(one, changedTask(one, { owner: mina }));
  const done = await written(two, changedTask(two, { done: { by: owner, at: now.toISOString(), what: "denied" } }));
  expect(await store.ownedBy(owner.id)).toEqual([]);
  expect(subjects(await store.doneOn("2026-11-22"))).toEqual(["domain/two.example"]);
  await written(done, changedTask(done, { done: undefined }));
  expect(await store.doneOn("2026-11-22")).toEqual([]);
  expect(subjects(await store.ownedBy(owner.id))).toEqual(["domain/two.example"]);
});

it.each([
  ["an owner who is none", { owner: "Jae" }],
  ["no turn", { turn: undefined }],
])("an altered task row is treated as no task: %s", async (what, altered) => {
  const subject = `domain/${what.replaceAll(" ", "-")}.example`;
  const task = await written(undefined, changedTask(freshTask(subject), {}));
  const { marshall } = await import("@aws-sdk/util-dynamodb");
  const Item = marshall({ id: `task/about/${subject}`, ...task, ...altered }, { removeUndefinedValues: true });
  await database.client.call("PutItem", { TableName: "ledger-test", Item });
  expect(await store.get(subject)).toBeUndefined();
});
