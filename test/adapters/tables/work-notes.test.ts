import { GraphError } from "../../../adapters/graph/graph";
import { notingWork, readWorkFailures, WorkLeftError, workNotes } from "../../../adapters/tables/work-notes";
import type { MemoryTables } from "../../memory/tables";
import { memoryWorld } from "../../memory/world";
import { createKeyTable } from "../../support/key-table";

const START = Date.parse("2026-11-27T21:59:00.000Z");
const MINUTE = 60_000;

async function begin() {
  let now = START;
  const { world, observed } = memoryWorld({
    settings: { LEDGER_TABLE: "ledger" },
    clock: { now: () => now, startTimer: () => () => undefined },
  });
  await createKeyTable(world.tables, "ledger", "ledger");
  const writes: string[] = [];
  (world.tables as MemoryTables).before((operation) => {
    if (operation === "PutItem") writes.push(operation);
  });
  return {
    world,
    observed,
    writes,
    pass: (minutes: number) => {
      now += minutes * MINUTE;
    },
    read: async (work: "expiry" | "rotation" = "expiry") => (await readWorkFailures(world.tables, "ledger", new Date(now))).get(work),
  };
}
const at = (minutes: number) => new Date(START + minutes * MINUTE).toISOString();

it("a failure is noted with its first and last time, and success removes it", async () => {
  const { world, pass, read } = await begin();
  const notes = workNotes(world, "expiry");
  await notes.failed("TimeoutError", { waiting: 3 });
  pass(7);
  await notes.failed("TimeoutError", { waiting: 4 });
  expect(await read()).toEqual([{ part: "", since: at(0), at: at(7), why: "TimeoutError", waiting: 4 }]);
  await notes.succeeded();
  expect(await read()).toBeUndefined();
});

it("the same outcome is written at most every five minutes, and success without a note is never written", async () => {
  const { world, writes, pass } = await begin();
  const notes = workNotes(world, "expiry");
  for (let count = 0; count < 20; count++) await notes.succeeded();
  expect(writes).toHaveLength(0);
  for (let count = 0; count < 20; count++) await notes.failed("TimeoutError");
  expect(writes).toHaveLength(1);
  pass(6);
  await notes.failed("TimeoutError");
  expect(writes).toHaveLength(2);
  await notes.failed("AccessDenied");
  expect(writes).toHaveLength(3);
});

it("another process removes the note of a process that has ended", async () => {
  const { world, pass, read } = await begin();
  const [ended, other] = [workNotes(world, "expiry"), workNotes(world, "expiry")];
  await other.succeeded();
  await ended.failed("TimeoutError");
  await other.succeeded();
  expect(await read()).toHaveLength(1);
  pass(6);
  await other.succeeded();
  expect(await read()).toBeUndefined();
});

it("parts are noted separately, at most 20 of them, also by several processes at once", async () => {
  const { world, read } = await begin();
  await Promise.all(Array.from({ length: 3 }, (_, index) => workNotes(world, "rotation").failed("status 500", { part: `crm${index}` })));
  await workNotes(world, "rotation").succeeded("crm1");
  expect((await read("rotation"))?.map(({ part }) => part).sort()).toEqual(["crm0", "crm2"]);
  const notes = workNotes(world, "rotation");
  for (let count = 0; count < 30; count++) await notes.failed("status 500", { part: `other${count}` });
  expect(await read("rotation")).toHaveLength(20);
});

it.each([
  { thrown: new Error("kim@contoso.com is refused"), why: "Error" },
  { thrown: Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } }), why: "TypeError ECONNREFUSED" },
  { thrown: new GraphError({ status: 503, code: "serviceNotAvailable" }), why: "GraphError 503 serviceNotAvailable" },
  { thrown: new GraphError({ status: 400, code: "mail kim@contoso.com" }), why: "GraphError 400" },
  { thrown: Object.assign(new Error("tenantId is missing"), { mayBeLogged: true }), why: "tenantId is missing" },
  { thrown: new WorkLeftError("3 are left", "TimeoutError", 3), why: "TimeoutError" },
  { thrown: "a text", why: "string" },
])("a run that throws $thrown notes $why, without what a person typed, and still throws", async ({ thrown, why }) => {
  const { world, read } = await begin();
  const run = notingWork(workNotes(world, "expiry"), async () => {
    throw thrown;
  });
  await expect(run()).rejects.toBe(thrown);
  const [failure] = (await read()) ?? [];
  expect(failure?.why).toBe(typeof thrown === "string" ? "a text" : why);
});

it("a note that cannot be written never fails the work", async () => {
  const { world, observed } = await begin();
  (world.tables as MemoryTables).before(() => {
    throw new Error("DynamoDB is gone");
  });
  const notes = workNotes(world, "expiry");
  await notes.failed("TimeoutError");
  await notes.succeeded();
  expect(observed.lines.map(({ message }) => message)).toEqual(["work not noted", "work not noted"]);
});

it.each(["not JSON", "{}", JSON.stringify([{ part: 1 }, null, { part: "", since: "yesterday", at: "x", why: "y" }])])(
  "a cell that somebody wrote by hand counts as no note: %s",
  async (failures) => {
    const { world, read } = await begin();
    await world.tables.call("PutItem", { TableName: "ledger", Item: { id: { S: "work/expiry" }, failures: { S: failures } } });
    expect(await read()).toBeUndefined();
    await workNotes(world, "expiry").failed("TimeoutError");
    expect(await read()).toHaveLength(1);
  },
);
