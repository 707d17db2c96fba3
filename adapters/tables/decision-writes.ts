import { RESTORED_ATTRIBUTE } from "../../engine/columns";
import { referenceFor } from "../../engine/sign-up/call";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { answerSummary, sameAnswer } from "../../engine/sign-up/recording";
import type { RecordKey } from "../../engine/sign-up/rule";
import type { RuleResult } from "../../engine/sign-up/verdict";
import type { AwsClient } from "../aws/client";
import { decisionPlaceAttributes, decisionPlaces, isFoundByAddress, UNINDEXED_ACCOUNT } from "./decision-indexes";
import type { Expression } from "./expressions";
import { type Item, toItem, toRow } from "./item";
import { type DynamoTable, putItem } from "./table";
import { EXPIRY_ATTRIBUTE, tables } from "./tables";

// What a step writes of a decision, apart from how decisions are read: its function does not load that.

/** Replaces, in the trace, the failure of a call outside. */
export const UPSTREAM_FAILED = "upstreamFailed";

/** The entry of the access list that decided: a longer one is left out. */
export const ENTRY = "entry";
const LONGEST_ENTRY = 256;

const SECONDS_PER_DAY = 86_400;

/** A decision's key: its code, by which people find it, and its id, as two decisions may have the same code. */
export type DecisionKey = Pick<DecisionRecord, "reference" | "id">;

export function decisionKey(id: string): RecordKey {
  return { table: "decisions", key: { ...keyColumns({ reference: referenceFor(id), id }) } };
}

export function keyColumns({ reference, id }: DecisionKey): DecisionKey {
  return { reference, id };
}

/** The entry that decided is the last that a rule goes by, those that only report left out. */
export function entryIn({ trace }: DecisionRecord): string | undefined {
  const entry = trace.findLast(({ shadow, evidence }) => !shadow && evidence?.entry !== undefined)?.evidence?.entry;
  return typeof entry === "string" && entry.length <= LONGEST_ENTRY ? entry : undefined;
}

export function decisionTable(client: AwsClient, name: string): DynamoTable {
  return { client, name, key: tables.decisions.key };
}

/** See `DecisionStore.keep`: by itself, as the sign-up's functions need no more. */
export async function keepDecision(table: DynamoTable, record: DecisionRecord, days: number, signal?: AbortSignal): Promise<void> {
  const result = await putItem(table, storedAs(record, days), isNews(record), signal);
  const current = result.written || result.current === undefined ? undefined : toRecord(result.current);
  if (current === undefined || sameAnswer(current, record)) return;
  // The same call was answered differently on another instance meanwhile: this answer is news too.
  const revised = { ...record, revision: current.revision + 1, earlier: answerSummary(current) };
  await putItem(table, storedAs(revised, days), isNews(revised), signal);
}

/** The row of a record. */
function storedAs(record: DecisionRecord, days: number): Item {
  const { trace, attributes, accountId, ...plain } = record;
  const expires = Math.floor(Date.parse(record.at) / 1_000) + days * SECONDS_PER_DAY;
  const free = storable({ trace, attributes });
  const mark = trace.some(failedOutside) && { [UPSTREAM_FAILED]: true };
  const entry = entryIn(record);
  const by = entry !== undefined && { [ENTRY]: entry };
  const account = accountId !== undefined && { [isFoundByAddress(record) ? UNINDEXED_ACCOUNT : "accountId"]: accountId };
  return toItem({ ...plain, ...account, ...free, ...mark, ...by, ...decisionPlaces(record), [EXPIRY_ATTRIBUTE]: expires });
}

export function failedOutside({ upstreamFailure }: RuleResult): boolean {
  return upstreamFailure !== undefined;
}

/** Rules may leave any value in what they say: as JSON, and with numbers that DynamoDB does not hold as text. */
export function storable<T extends object>(said: T): T {
  const asText = (_: string, value: unknown) => (typeof value === "number" && !fits(value) ? String(value) : value);
  return JSON.parse(JSON.stringify(said, asText)) as T;
}

function fits(value: number): boolean {
  const size = Math.abs(value);
  return Number.isInteger(value) ? Number.isSafeInteger(value) : size > 1e-100 && size < 1e100;
}

/** What a row has beside its record. */
const beside: ReadonlySet<string> = new Set([
  ...decisionPlaceAttributes,
  UNINDEXED_ACCOUNT,
  EXPIRY_ATTRIBUTE,
  UPSTREAM_FAILED,
  RESTORED_ATTRIBUTE,
  ENTRY,
]);

/** The record of a row, as the table or its stream gives it. */
export function toRecord(item: Item): DecisionRecord {
  const row = toRow(item);
  const accountId = row.accountId ?? row[UNINDEXED_ACCOUNT];
  const own = Object.fromEntries(Object.entries(row).filter(([name]) => !beside.has(name)));
  return { ...own, ...(accountId !== undefined && { accountId }) } as unknown as DecisionRecord;
}

/** Holds for a call not recorded yet, or answered differently than it was. */
function isNews({ revision }: DecisionRecord): Expression {
  return (terms) => `attribute_not_exists(${terms.name("id")}) OR ${terms.name("revision")} < ${terms.value({ N: String(revision) })}`;
}
