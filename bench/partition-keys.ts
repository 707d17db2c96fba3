import type { Context } from "aws-lambda";
import type { AwsClient } from "../adapters/aws/client";
import type { Item } from "../adapters/tables/item";
import { type AnyTableName, tables } from "../adapters/tables/tables";
import { decisionCounterHandler } from "../features/counts/worker";
import { tableShapes } from "../features/row-kinds";
import { stopping } from "../features/stopping";
import { connectorHandler } from "../handlers/sign-up";
import { accessList, afterSignIn, beforeCreateUser } from "../index";
import type { MemoryChange } from "../test/memory/tables";
import { memoryWorld } from "../test/memory/world";
import { createDecisionsTable } from "../test/support/decisions-table";
import { proxyEvent } from "../test/support/events";
import { createKeyTable } from "../test/support/key-table";

/** One sign-up's use of a key. */
export interface UsedKey {
  /** The table, with the index if it is an index's key. */
  readonly place: string;
  /** Determines the partition. */
  readonly partition: string;
  /** In a table, the row's key; in an index, a whole partition key. */
  readonly key: string;
  /** In DynamoDB's units. */
  readonly reads: number;
  readonly writes: number;
  /** Number of sort keys under an index's partition key. */
  readonly sorts: number;
  /** True if writes always go to the end: such a partition cannot be split. */
  readonly isOrdered: boolean;
}

const settings = {
  ACCESS_LIST_TABLE: "accessList",
  DECISIONS_TABLE: "decisions",
  LEDGER_TABLE: "ledger",
  DECISION_DAYS: "90",
  AFTER_SIGN_IN_DAYS: "14",
  POLICY_VERSION: "0123456789ab",
  PERSON_KEY_SECRET: "person-key",
};
const READ_BYTES = 4_096;
const WRITE_BYTES = 1_024;
/** Decisions that the counter reads together. */
const COUNTED = 1_000;
const APART_MS = 2;

class Usage {
  private readonly used = new Map<
    string,
    { place: string; partition: string; key: string; reads: number; writes: number; sorts: Set<string>; rises: number }
  >();
  private readonly last = new Map<string, string>();

  private at(place: string, partition: string, key = partition) {
    const id = `${place} ${key}`;
    const found = this.used.get(id) ?? { place, partition, key, reads: 0, writes: 0, sorts: new Set<string>(), rises: 0 };
    this.used.set(id, found);
    return found;
  }

  read(table: AnyTableName, key: Item, isConsistent: boolean, bytes: number): void {
    this.row(table, key).reads += Math.max(1, Math.ceil(bytes / READ_BYTES)) * (isConsistent ? 1 : 0.5);
  }

  private row(table: AnyTableName, item: Item) {
    const [partition = "", ...sort] = tables[table].key.map((name) => item[name]?.S ?? "");
    return this.at(table, partition, [partition, ...sort].join("/"));
  }

  write({ tableName, keys, before, after }: MemoryChange): void {
    const table = tableName as AnyTableName;
    const units = Math.ceil(Math.max(sizeOf(before), sizeOf(after)) / WRITE_BYTES);
    this.row(table, keys).writes += units;
    for (const index of tableShapes[table].indexes) {
      const sort = index.sortKey && after?.[index.sortKey]?.S;
      const isSame = before?.[index.partitionKey]?.S === after?.[index.partitionKey]?.S;
      // An index is written only for a new key: the other attributes in it do not change.
      if (!isSame || before === undefined) this.wrote(`${table} ${index.name}`, after?.[index.partitionKey]?.S, sort, 1);
    }
  }

  private wrote(place: string, key: string | undefined, sort: string | undefined, units: number): void {
    if (key === undefined) return;
    const found = this.at(place, key);
    found.writes += units;
    if (sort === undefined) return;
    if (sort > (this.last.get(`${place} ${key}`) ?? "")) found.rises += 1;
    this.last.set(`${place} ${key}`, sort);
    found.sorts.add(sort);
  }

  each(size: number): readonly UsedKey[] {
    return [...this.used.values()].map(({ reads, writes, sorts, rises, ...rest }) => ({
      ...rest,
      reads: reads / size,
      writes: writes / size,
      sorts: sorts.size,
      isOrdered: sorts.size > 1 && rises >= sorts.size * 0.9,
    }));
  }
}

function sizeOf(item: Item | undefined): number {
  return item === undefined ? 0 : JSON.stringify(item).length;
}

/** The keys that sign-ups of both steps and their counter read and write. */
export async function sampled(size: number): Promise<readonly UsedKey[]> {
  const usage = new Usage();
  const changes: MemoryChange[] = [];
  let isMeasured = false;
  let now = Date.parse("2026-11-20T10:00:00.000Z");
  const { world } = memoryWorld({
    settings,
    secrets: { "person-key": "k".repeat(64) },
    clock: { now: () => now, startTimer: () => () => undefined },
    onChange(change) {
      if (!isMeasured) return;
      usage.write(change);
      if (change.tableName === "decisions") changes.push(change);
    },
  });
  await createDecisionsTable(world.tables, "decisions");
  await createKeyTable(world.tables, "accessList", "accessList");
  await createKeyTable(world.tables, "ledger", "ledger");
  await world.tables.call("PutItem", { TableName: "accessList", Item: { entry: { S: "*" }, effect: { S: "allow" } } });
  const watched = { ...world, tables: readsOf(world.tables, (...read) => void (isMeasured && usage.read(...read))) };
  const first = connectorHandler(afterSignIn([accessList()]), stopping)(watched);
  const second = connectorHandler(beforeCreateUser([accessList()]), stopping)(watched);
  isMeasured = true;
  for (let index = 0; index < size; index++) {
    now += APART_MS;
    const body = JSON.stringify(claimsOf(index));
    for (const [path, handler] of [
      ["/after-sign-in", first],
      ["/before-create-user", second],
    ] as const) {
      const { body: answer } = await handler(proxyEvent(path, body) as never, { getRemainingTimeInMillis: () => 19_000 } as Context);
      if (!answer.includes("Continue")) throw new Error(`A sign-up was refused: ${answer}`);
    }
  }
  const counter = decisionCounterHandler(watched);
  const counted = [...changes];
  for (let start = 0; start < counted.length; start += COUNTED) {
    const Records = counted.slice(start, start + COUNTED).map(({ keys, after }, index) => ({
      eventName: "INSERT",
      dynamodb: { Keys: keys, NewImage: after, SequenceNumber: String(start + index) },
    }));
    await counter({ Records } as never);
  }
  return usage.each(size);
}

/** A third of the people come from one large provider, the others from 400 companies of different sizes. */
function claimsOf(index: number): object {
  const chance = ((index * 7_919) % 1_000) / 1_000;
  const isAnybody = chance < 0.35;
  const domain = isAnybody ? "gmail.com" : `company${Math.floor(400 * ((chance - 0.35) / 0.65) ** 2)}.example`;
  const issuer = isAnybody ? "google.com" : `sts.company${index % 400}.example`;
  return {
    // Reversed digits: consecutive people's addresses are far apart.
    email: `${[...String(index).padStart(4, "0")].reverse().join("")}@${domain}`,
    identities: [{ signInType: "federated", issuer, issuerAssignedId: String(index) }],
    displayName: "Kim Mina",
    ui_locales: "ko-KR",
  };
}

interface Reads {
  readonly TableName?: string;
  readonly Key?: Item;
  readonly ConsistentRead?: boolean;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly Item[]; readonly ConsistentRead?: boolean }>>;
}

function readsOf(client: AwsClient, read: (table: AnyTableName, key: Item, isConsistent: boolean, bytes: number) => void): AwsClient {
  return {
    warm: client.warm,
    async call<T>(operation: string, input: Reads, signal?: AbortSignal) {
      const answer = await client.call<T>(operation, input, signal);
      if (operation === "GetItem") {
        const { Item: found } = answer as { readonly Item?: Item };
        read(input.TableName as AnyTableName, input.Key as Item, input.ConsistentRead === true, sizeOf(found));
      }
      if (operation === "BatchGetItem")
        for (const [name, { Keys = [], ConsistentRead }] of Object.entries(input.RequestItems ?? {}))
          for (const key of Keys) read(name as AnyTableName, key, ConsistentRead === true, 0);
      return answer;
    },
  };
}
