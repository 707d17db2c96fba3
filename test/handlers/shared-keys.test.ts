import type { Context } from "aws-lambda";
import type { AwsClient } from "../../adapters/aws/client";
import { type AnyTableName, tables } from "../../adapters/tables/tables";
import { decisionCounterHandler } from "../../features/counts/worker";
import { decidingParts } from "../../features/deciding-parts";
import { tableShapes } from "../../features/row-kinds";
import { connectorHandler } from "../../handlers/sign-up";
import { accessList, afterSignIn, beforeCreateUser } from "../../index";
import type { MemoryChange } from "../memory/tables";
import { memoryWorld } from "../memory/world";
import { createDecisionsTable } from "../support/decisions-table";
import { proxyEvent } from "../support/events";
import { createKeyTable } from "../support/key-table";

// DynamoDB takes 3,000 reads and 1,000 writes of one key a second. A key that every sign-up uses limits the whole gate.

const SIGN_UPS = 300;
const settings = {
  ACCESS_LIST_TABLE: "accessList",
  DECISIONS_TABLE: "decisions",
  LEDGER_TABLE: "ledger",
  DECISION_DAYS: "90",
  AFTER_SIGN_IN_DAYS: "14",
  POLICY_VERSION: "0123456789ab",
  PERSON_KEY_SECRET: "person-key",
};

/** A third of the people come from one large provider, the others from 40 companies. */
function personAt(index: number): object {
  const [domain, issuer] =
    index % 3 === 0 ? ["gmail.com", "google.com"] : [`company${index % 40}.example`, `sts.company${index % 40}.example`];
  return {
    // Reversed digits: consecutive people's addresses are far apart.
    email: `${[...String(index).padStart(4, "0")].reverse().join("")}@${domain}`,
    identities: [{ signInType: "federated", issuer, issuerAssignedId: String(index) }],
    displayName: "Kim Mina",
  };
}

/** Counts a use of each key: DynamoDB splits a partition by its sort key, unless writes always go to its end. */
class Uses {
  readonly #counts = new Map<string, number>();
  readonly #last = new Map<string, string>();
  readonly #rises = new Map<string, number>();

  add(key: string, sort?: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    if (sort === undefined || sort > (this.#last.get(key) ?? "")) this.#rises.set(key, (this.#rises.get(key) ?? 0) + 1);
    if (sort !== undefined) this.#last.set(key, sort);
  }

  /** Keys that cannot be split and are used at least so often for each sign-up. */
  shared(share: number): readonly string[] {
    const isHeld = ([key, count]: readonly [string, number]) => (this.#rises.get(key) ?? 0) >= count * 0.9;
    return [...this.#counts].filter((each) => isHeld(each) && each[1] >= share * SIGN_UPS).map(([key]) => key);
  }
}

function readingTables(client: AwsClient, reads: Uses): AwsClient {
  return {
    warm: client.warm,
    async call<T>(operation: string, input: { RequestItems?: Record<string, { Keys?: readonly Record<string, { S: string }>[] }> }) {
      for (const [table, { Keys = [] }] of Object.entries(operation === "BatchGetItem" ? (input.RequestItems ?? {}) : {}))
        for (const key of Keys)
          reads.add(
            `${table} ${Object.values(key)
              .map(({ S }) => S)
              .join("/")}`,
          );
      return await client.call<T>(operation, input);
    },
  };
}

function addWrites(writes: Uses, { tableName, keys, before, after }: MemoryChange): void {
  const table = tableName as AnyTableName;
  writes.add(`${table} ${tables[table].key.map((name) => keys[name]?.S).join("/")}`);
  for (const { name, partitionKey, sortKey } of tableShapes[table].indexes) {
    const partition = after?.[partitionKey]?.S;
    // An index is written only for a new key: the other attributes in it do not change.
    const isNew = before?.[partitionKey]?.S !== partition || before === undefined;
    if (isNew && partition !== undefined) writes.add(`${table} ${name} ${partition}`, sortKey && after?.[sortKey]?.S);
  }
}

it("a sign-up writes to no shared key, and reads only two: the access list's entry * and the gate's posture", async () => {
  const [reads, writes] = [new Uses(), new Uses()];
  const decided: MemoryChange[] = [];
  let now = Date.parse("2026-11-20T10:00:00.000Z");
  let isMeasured = false;
  const { world } = memoryWorld({
    settings,
    secrets: { "person-key": "k".repeat(64) },
    clock: { now: () => now, startTimer: () => () => undefined },
    onChange(change) {
      if (!isMeasured) return;
      addWrites(writes, change);
      if (change.tableName === "decisions") decided.push(change);
    },
  });
  await createDecisionsTable(world.tables, "decisions");
  await createKeyTable(world.tables, "accessList", "accessList");
  await createKeyTable(world.tables, "ledger", "ledger");
  await world.tables.call("PutItem", { TableName: "accessList", Item: { entry: { S: "*" }, effect: { S: "allow" } } });
  isMeasured = true;
  const watched = { ...world, tables: readingTables(world.tables, reads) };
  const steps = [
    ["/after-sign-in", connectorHandler(afterSignIn([accessList()], { trust: "any" }), decidingParts)(watched)],
    ["/before-create-user", connectorHandler(beforeCreateUser([accessList()], { trust: "any" }), decidingParts)(watched)],
  ] as const;
  for (let index = 0; index < SIGN_UPS; index++) {
    now += 2;
    for (const [path, handler] of steps) {
      const { body } = await handler(
        proxyEvent(path, JSON.stringify(personAt(index))) as never,
        { getRemainingTimeInMillis: () => 19_000 } as Context,
      );
      expect(body).toContain("Continue");
    }
  }
  const Records = decided.splice(0).map(({ keys, after }, index) => ({
    eventName: "INSERT",
    dynamodb: { Keys: keys, NewImage: after, SequenceNumber: String(index) },
  }));
  await decisionCounterHandler(watched)({ Records } as never);
  // 4,000 sign-ups a second would write such a key 1,000 times.
  expect(writes.shared(0.25)).toEqual([]);
  // Two strongly consistent reads of each, so 1,500 sign-ups a second.
  expect([...reads.shared(1.5)].sort()).toEqual(["accessList *", "decisions posture/default"]);
});
