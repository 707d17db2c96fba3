import { marshall } from "@aws-sdk/util-dynamodb";
import { type DecisionRecord, sameAnswer, toldBy } from "../../engine/sign-up/record";
import type { RecordKey } from "../../engine/sign-up/rule";
import { type AwsClient, AwsError } from "../aws/client";
import { type Item, toRow } from "./rows";
import { EXPIRY_ATTRIBUTE } from "./tables";

/** Indexes of the table, by what they are asked for. The stack makes them, queries name them. */
export const decisionIndexes = {
  /** The code on a person's page -> the decision's key. */
  reference: { name: "by-reference", partitionKey: "reference" },
  /** An address -> its decisions in order of time. */
  email: { name: "by-email", partitionKey: "email", sortKey: "at" },
  /** A day, `2026-11-20` in UTC -> its decisions in order of time. */
  day: { name: "by-day", partitionKey: "day", sortKey: "at" },
} as const;

const SECONDS_PER_DAY = 86_400;
const PAGE_ROWS = 100;

export function decisionKey(id: string): RecordKey {
  return { table: "decisions", key: { id } };
}

/** What was decided, kept for some weeks. */
export interface DecisionStore {
  /** Writes a record. A repeat of the same decision changes nothing. */
  keep(record: DecisionRecord, days: number, signal?: AbortSignal): Promise<void>;
  /** By the code on the person's page. Two people can share a code once in tens of thousands of millions. */
  byReference(reference: string): Promise<readonly DecisionRecord[]>;
  /** Newest first, a page at a time. */
  byEmail(email: string): AsyncIterable<readonly DecisionRecord[]>;
  /** Newest first, a page at a time, from one moment back to another. */
  between(from: Date, to: Date): AsyncIterable<readonly DecisionRecord[]>;
  remove(id: string): Promise<void>;
}

export function decisionStore(client: AwsClient, tableName: string): DecisionStore {
  async function* query(input: object): AsyncGenerator<readonly Item[]> {
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await client.call<{ Items?: Item[]; LastEvaluatedKey?: Item }>("Query", {
        TableName: tableName,
        ScanIndexForward: false,
        Limit: PAGE_ROWS,
        ...input,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      });
      if (page.Items !== undefined && page.Items.length > 0) yield page.Items;
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
  }

  async function get(id: string): Promise<DecisionRecord | undefined> {
    const { Item } = await client.call<{ Item?: Item }>("GetItem", { TableName: tableName, Key: marshall({ id }), ConsistentRead: true });
    return Item && toRecord(Item);
  }

  /** The record that stands already, if that is why nothing was written. */
  async function put(record: DecisionRecord, days: number, signal?: AbortSignal): Promise<DecisionRecord | undefined> {
    const input = { TableName: tableName, Item: toItem(record, days), ...isNews(record), ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
    try {
      await client.call("PutItem", input, signal);
      return undefined;
    } catch (error) {
      if (!(error instanceof AwsError) || error.name !== "ConditionalCheckFailedException") throw error;
      return error.body.Item === undefined ? record : toRecord(error.body.Item as Item);
    }
  }

  return {
    async keep(record, days, signal) {
      const standing = await put(record, days, signal);
      if (standing === undefined || sameAnswer(standing, record)) return;
      // The same call was answered differently on another instance meanwhile: this answer is news too.
      await put({ ...record, revision: standing.revision + 1, earlier: toldBy(standing) }, days, signal);
    },
    async byReference(reference) {
      const found: DecisionRecord[] = [];
      for await (const items of query(equals(decisionIndexes.reference, reference))) {
        for (const { id } of items) found.push(...[await get(String(id?.S))].flatMap((record) => record ?? []));
      }
      return found;
    },
    async *byEmail(email) {
      for await (const items of query(equals(decisionIndexes.email, email))) yield items.map(toRecord);
    },
    async *between(from, to) {
      for (const day of daysBack(from, to)) {
        const { name, partitionKey, sortKey } = decisionIndexes.day;
        const page = query({
          IndexName: name,
          KeyConditionExpression: "#p = :p AND #s BETWEEN :from AND :to",
          ExpressionAttributeNames: { "#p": partitionKey, "#s": sortKey },
          ExpressionAttributeValues: marshall({ ":p": day, ":from": from.toISOString(), ":to": to.toISOString() }),
        });
        for await (const items of page) yield items.map(toRecord);
      }
    },
    async remove(id) {
      await client.call("DeleteItem", { TableName: tableName, Key: marshall({ id }) });
    },
  };
}

/** The row of a record. */
function toItem(record: DecisionRecord, days: number): Item {
  const { trace, attributes, ...plain } = record;
  const expires = Math.floor(Date.parse(record.at) / 1_000) + days * SECONDS_PER_DAY;
  const free = storable({ trace, attributes });
  return marshall({ ...plain, ...free, day: record.at.slice(0, 10), [EXPIRY_ATTRIBUTE]: expires }, { removeUndefinedValues: true });
}

/** Rules may leave any value in what they say: as JSON, and with numbers that DynamoDB does not hold as text. */
function storable<T extends object>(said: T): T {
  const asText = (_: string, value: unknown) => (typeof value === "number" && !fits(value) ? String(value) : value);
  return JSON.parse(JSON.stringify(said, asText)) as T;
}

function fits(value: number): boolean {
  const size = Math.abs(value);
  return Number.isInteger(value) ? Number.isSafeInteger(value) : size > 1e-100 && size < 1e100;
}

/** The record of a row, as the table or its stream gives it. */
export function toRecord(item: Item): DecisionRecord {
  const { day: _, [EXPIRY_ATTRIBUTE]: __, ...record } = toRow(item);
  return record as unknown as DecisionRecord;
}

/** Holds for a call not recorded yet, or answered differently than it was. */
function isNews({ revision }: DecisionRecord): object {
  return {
    ConditionExpression: "attribute_not_exists(#id) OR #revision < :revision",
    ExpressionAttributeNames: { "#id": "id", "#revision": "revision" },
    ExpressionAttributeValues: marshall({ ":revision": revision }),
  };
}

function equals({ name, partitionKey }: { readonly name: string; readonly partitionKey: string }, value: string): object {
  return {
    IndexName: name,
    KeyConditionExpression: "#p = :p",
    ExpressionAttributeNames: { "#p": partitionKey },
    ExpressionAttributeValues: marshall({ ":p": value }),
  };
}

/** The days of a stretch of time in UTC, newest first. */
function daysBack(from: Date, to: Date): readonly string[] {
  const days: string[] = [];
  const first = from.toISOString().slice(0, 10);
  for (let at = to.getTime(); ; at -= SECONDS_PER_DAY * 1_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    if (day < first) return days;
    days.push(day);
  }
}
