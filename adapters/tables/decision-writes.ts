import { referenceFor } from "../../engine/sign-up/call";
import { splitAddress } from "../../engine/sign-up/email";
import { isAddressHeld } from "../../engine/sign-up/issuers";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { type AnswerSummary, answerSummary, isFirstContinue, sameAnswer } from "../../engine/sign-up/recording";
import type { RecordKey } from "../../engine/sign-up/rule";
import { normaliseMailbox } from "../../engine/sign-up/spellings";
import type { AwsClient } from "../aws/client";
import { type Item, toItem, toRow } from "./item";
import { absent, below, type DynamoTable, type Expression, eitherHolds, putItem } from "./table";
import { EXPIRY_ATTRIBUTE, tables } from "./tables";

// Writes of a decision, apart from reads: a step's function does not load those.

/** Replaces, in the trace, the failure of a call outside. */
export const UPSTREAM_FAILED = "upstreamFailed";

/** The entry of the access list that decided: a longer one is left out. */
export const ENTRY = "entry";
const LONGEST_ENTRY = 256;

const SECONDS_PER_DAY = 86_400;

/** Epoch milliseconds: of one length, so that they sort as text. */
export const TIME_DIGITS = 13;

/**
 * Has the record's `accountId` where the row stays out of the index by account: each index is one write more. Such a row is
 * found by its address, which the account's provider proves.
 */
export const UNINDEXED_ACCOUNT = "account";

/** True if the address alone leads to everything that the account would. */
export function isFoundByAddress(record: Pick<DecisionRecord, "step" | "verdict" | "email" | "emailTyped" | "issuers">): boolean {
  return isFirstContinue(record) && record.email !== undefined && isAddressHeld(record);
}

/** Of a month: a partition of DynamoDB's takes 1,000 writes a second, 12 of them more than API Gateway lets through. */
export const TIME_SHARDS = 12;

/** The attributes that indexes go by, of a decision. */
export function decisionPlaces({ at, id, email }: Pick<DecisionRecord, "at" | "id" | "email">): Readonly<Record<string, string>> {
  // Ids are hashes: their bytes are spread evenly.
  const day = timeShard(at, Buffer.from(id).reduce((sum, byte) => sum + byte, 0) % TIME_SHARDS);
  return { day, ...(email !== undefined && mailboxPlace(email, at)) };
}

/** A decision's place in the index by domain: the decisions of a mailbox together, in order of time. @param email normalised */
export function mailboxPlace(email: string, at: string): Readonly<Record<"domain" | "who", string>> {
  const { local, domain } = splitAddress(normaliseMailbox(email));
  return { domain, who: `${local} ${String(Date.parse(at)).padStart(TIME_DIGITS, "0")}` };
}

export const timeShard = (at: string, shard: number) => `${at.slice(0, 7)}/${shard}`;

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
  const current = result.written || result.current === undefined ? undefined : answerIn(result.current);
  if (current === undefined || sameAnswer(current, record)) return;
  // The same call was answered differently on another instance meanwhile: this answer is news too.
  const revisedRecord = { ...record, revision: current.revision + 1, earlier: answerSummary(current) };
  await putItem(table, storedAs(revisedRecord, days), isNews(revisedRecord), signal);
}

/** Reads a row's own summary of its answer. */
function answerIn(item: Item): AnswerSummary & Pick<DecisionRecord, "revision"> {
  return toRow(item) as unknown as DecisionRecord;
}

/** The row of a record. */
function storedAs(record: DecisionRecord, days: number): Item {
  const { trace, attributes, accountId, ...plain } = record;
  const expires = Math.floor(Date.parse(record.at) / 1_000) + days * SECONDS_PER_DAY;
  const free = storable({ trace, attributes });
  const by = { [ENTRY]: entryIn(record), [UPSTREAM_FAILED]: failedMark(record) };
  const account = accountId !== undefined && { [isFoundByAddress(record) ? UNINDEXED_ACCOUNT : "accountId"]: accountId };
  return toItem({ ...plain, ...account, ...free, ...by, ...decisionPlaces(record), [EXPIRY_ATTRIBUTE]: expires });
}

/** See `ListedDecision`. */
export function failedMark({ trace }: DecisionRecord): string | true | undefined {
  const failedResults = trace.filter(({ upstreamFailure }) => upstreamFailure !== undefined);
  return (
    failedResults.find(({ shadow, said }) => !shadow && said !== "continue")?.upstreamFailure?.service ??
    (failedResults.length > 0 || undefined)
  );
}

/** Rules may leave any value in what they say: as JSON, and with numbers that DynamoDB does not hold as text. */
export function storable<T extends object>(fields: T): T {
  const asText = (_: string, value: unknown) => (typeof value === "number" && !fits(value) ? String(value) : value);
  return JSON.parse(JSON.stringify(fields, asText)) as T;
}

function fits(value: number): boolean {
  const size = Math.abs(value);
  return Number.isInteger(value) ? Number.isSafeInteger(value) : size > 1e-100 && size < 1e100;
}

/** Holds for a call not recorded yet, or answered differently than it was. */
function isNews({ revision }: DecisionRecord): Expression {
  return eitherHolds(absent("id"), below("revision", { N: String(revision) }));
}
