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

// This module is separate from the reads, because a step's function does not load the reads.

/** Column with the mark of a failed outside call, so that lists need not read the trace: see `failedMark`. */
export const UPSTREAM_FAILED = "upstreamFailed";

/** Column with the access list's entry that decided, if it is at most LONGEST_ENTRY long. */
export const ENTRY = "entry";
const LONGEST_ENTRY = 256;

const SECONDS_PER_DAY = 86_400;

/** Number of digits in epoch milliseconds: fixed, so that times sort as text. */
export const TIME_DIGITS = 13;

/**
 * Column with the `accountId` of a row that the index by account lacks, to save a write. Such a row fulfils `isFoundByAddress`: the
 * account's provider proves the address, so a search by address finds the row.
 */
export const UNINDEXED_ACCOUNT = "account";

export function isFoundByAddress(record: Pick<DecisionRecord, "step" | "verdict" | "email" | "emailTyped" | "issuers">): boolean {
  return isFirstContinue(record) && record.email !== undefined && isAddressHeld(record);
}

/** Shards of a month. A partition of DynamoDB accepts 1,000 writes a second, so 12 shards accept more than API Gateway admits. */
export const TIME_SHARDS = 12;

export function decisionPlaces({ at, id, email }: Pick<DecisionRecord, "at" | "id" | "email">): Readonly<Record<string, string>> {
  // An id is a hash: the sums of its bytes spread evenly.
  const day = timeShard(at, Buffer.from(id).reduce((sum, byte) => sum + byte, 0) % TIME_SHARDS);
  return { day, ...(email !== undefined && mailboxPlace(email, at)) };
}

/** Returns a decision's key in the index by domain: a mailbox's decisions are together, in order of time. @param email normalised */
export function mailboxPlace(email: string, at: string): Readonly<Record<"domain" | "who", string>> {
  const { local, domain } = splitAddress(normaliseMailbox(email));
  return { domain, who: `${local} ${String(Date.parse(at)).padStart(TIME_DIGITS, "0")}` };
}

export const timeShard = (at: string, shard: number) => `${at.slice(0, 7)}/${shard}`;

/** The code, by which people find the decision, and the id, because two decisions may have the same code. */
export type DecisionKey = Pick<DecisionRecord, "reference" | "id">;

export function decisionKey(id: string): RecordKey {
  return { table: "decisions", key: { ...keyColumns({ reference: referenceFor(id), id }) } };
}

export function keyColumns({ reference, id }: DecisionKey): DecisionKey {
  return { reference, id };
}

/** Returns the last entry in the trace: it decided. Entries of rules that only report do not count. */
export function entryIn({ trace }: DecisionRecord): string | undefined {
  const entry = trace.findLast(({ shadow, evidence }) => !shadow && evidence?.entry !== undefined)?.evidence?.entry;
  return typeof entry === "string" && entry.length <= LONGEST_ENTRY ? entry : undefined;
}

export function decisionTable(client: AwsClient, name: string): DynamoTable {
  return { client, name, key: tables.decisions.key };
}

/** See `DecisionStore.keep`. Separate, because a sign-up's functions need nothing else of the store. */
export async function keepDecision(table: DynamoTable, record: DecisionRecord, days: number, signal?: AbortSignal): Promise<void> {
  const result = await putItem(table, storedAs(record, days), isNews(record), signal);
  if (result.written || result.current === undefined) return;
  const current = toRow(result.current) as unknown as AnswerSummary & Pick<DecisionRecord, "revision">;
  if (sameAnswer(current, record)) return;
  // Another instance has stored a different answer to the same call: the new answer becomes the next revision.
  const revisedRecord = { ...record, revision: current.revision + 1, earlier: answerSummary(current) };
  await putItem(table, storedAs(revisedRecord, days), isNews(revisedRecord), signal);
}

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

/** Converts rules' values, which may be of any type, into JSON. Numbers that DynamoDB cannot hold become text. */
export function storable<T extends object>(fields: T): T {
  const asText = (_: string, value: unknown) => {
    if (typeof value !== "number") return value;
    const size = Math.abs(value);
    const fits = Number.isInteger(value) ? Number.isSafeInteger(value) : size > 1e-100 && size < 1e100;
    return fits ? value : String(value);
  };
  return JSON.parse(JSON.stringify(fields, asText)) as T;
}

function isNews({ revision }: DecisionRecord): Expression {
  return eitherHolds(absent("id"), below("revision", { N: String(revision) }));
}
