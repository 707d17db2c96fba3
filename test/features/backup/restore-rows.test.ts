import type { AwsClient } from "../../../adapters/aws/client";
import { type Item, toItem } from "../../../adapters/tables/item";
import { type AnyTableName, tables } from "../../../adapters/tables/tables";
import type { RowsOfTable } from "../../../features/backup/verbs/format";
import { planRestore, type Restoring } from "../../../features/backup/verbs/restore-plan";
import { restoreRows } from "../../../features/backup/verbs/restore-rows";
import { approved } from "../approvals/requests";
import { type BackupWorld, backupWorld } from "./world";

let world: BackupWorld;
beforeAll(async () => {
  world = await backupWorld();
});
afterAll(() => world.close());
beforeEach(() => world.empty());

const rowOf = (entry: string, effect = "deny"): Item => ({ entry: { S: entry }, effect: { S: effect } });
const list = Array.from({ length: 40 }, (_, index) => rowOf(`company${index}.example`, index % 2 === 0 ? "allow" : "deny"));
const requests = Array.from({ length: 20 }, (_, index) => toItem({ ...approved, id: `request-${index}` }));
const backup: readonly RowsOfTable[] = [
  { table: "accessList", items: list },
  { table: "approvals", items: requests },
];
const everyTable = () => Object.fromEntries(Object.keys(tables).map((name) => [name, world.nameOf(name as AnyTableName)]));

/** One run of the command's work, from its comparison on. */
async function restore(client: AwsClient, given: Partial<Restoring> = {}, rows = backup) {
  const restoring: Restoring = {
    target: { client, tables: everyTable() },
    madeAt: new Date("2026-11-20T00:00:00.000Z"),
    now: new Date(),
    overwrite: false,
    signal: new AbortController().signal,
    ...given,
  };
  const read = async function* () {
    yield* rows;
  };
  const plan = await planRestore(read(), restoring, () => undefined);
  const announcing = async () => ({ markOf: () => undefined, write: async (_: unknown, write: () => Promise<void>) => await write() });
  return await restoreRows(async () => read(), plan, restoring, { tell: () => undefined, announcing });
}

class KilledError extends Error {}

/** Dies at one of its calls, and leaves open whether that one took effect: whatever it tries from then on is in vain. */
function mortal(at: number, moment: "before" | "after"): AwsClient {
  let calls = 0;
  return {
    ...world.client,
    async call(operation, input, signal) {
      calls += 1;
      if (calls > at || (calls === at && moment === "before")) throw new KilledError();
      const answer = await world.client.call<never>(operation, input, signal);
      if (calls >= at) throw new KilledError();
      return answer;
    },
  };
}

describe("a restore that is interrupted", () => {
  it.each(Array.from({ length: 10 }, (_, index) => [1 + index * 6, index % 2 === 0 ? "before" : "after"] as const))(
    "loses and doubles no row if it is repeated: interrupted at call %i, %s the call took effect",
    async (at, moment) => {
      await expect(restore(mortal(at, moment))).rejects.toThrow(KilledError);
      await restore(world.client);
      const rows = await world.rows();
      expect(rows.accessList).toHaveLength(list.length);
      expect(rows.approvals?.map((row) => [row.state?.S, row.turn?.N])).toEqual(
        requests.map(() => ["failed", String(approved.turn + 1_000)]),
      );
      expect(await restore(world.client)).toEqual({ written: 0, changedMeanwhile: 0 });
    },
  );
});

it("a restore writes all other rows before the rows that let people in", async () => {
  const written: (string | undefined)[] = [];
  const watched: AwsClient = {
    ...world.client,
    call(operation, input, signal) {
      if (operation === "PutItem") written.push((input as { Item: Item }).Item.effect?.S);
      return world.client.call(operation, input, signal);
    },
  };
  await restore(watched);
  expect(written.lastIndexOf("deny")).toBeLessThan(written.indexOf("allow"));
  expect(written.lastIndexOf(undefined)).toBeLessThan(written.indexOf("allow"));
});

it("a restore never overwrites a row that somebody wrote after the comparison, even with `overwrite`", async () => {
  let isFirst = true;
  const raced: AwsClient = {
    ...world.client,
    async call(operation, input, signal) {
      if (operation === "PutItem" && isFirst) {
        isFirst = false;
        await world.put({ accessList: [{ ...rowOf("a.example"), note: { S: "theirs" } }] });
      }
      return await world.client.call<never>(operation, input, signal);
    },
  };
  const saved: readonly RowsOfTable[] = [{ table: "accessList", items: [rowOf("a.example")] }];
  for (const overwrite of [false, true]) {
    isFirst = true;
    await world.put({ accessList: overwrite ? [{ ...rowOf("a.example"), note: { S: "before" } }] : [] });
    expect(await restore(raced, { overwrite }, saved)).toEqual({ written: 0, changedMeanwhile: 1 });
    expect(await world.stored("accessList")).toEqual([{ ...rowOf("a.example"), note: { S: "theirs" } }]);
    await world.empty();
  }
});
