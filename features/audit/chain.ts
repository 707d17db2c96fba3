import { createHash } from "node:crypto";
import type { AuditDetails } from "../../engine/audited-change";
import { invalidMember } from "../../engine/fields";
import { canonicalJson, keepGiven, parseJson, parseJsonObject } from "../../engine/json";
import type { Row } from "../../engine/sign-up/rule";
import { AUDIT_TRAIL, type AuditNews, type AuditRow, auditDetails, auditRow, erasable, numberText } from "./entry";

/** The last entry of the audit log, which the next one follows. */
export type ChainHead = Pick<AuditRow, "number" | "hash" | "at">;

/** Limit of a text in a row, in characters. A longer text is cut, because an item of DynamoDB has at most 400 KB. */
export const LONGEST_VALUE = 2_000;
/** Limit of a row's JSON, in characters. For a longer row, the entry contains only the number of characters. */
const LONGEST_ROW = 60_000;
/** Limit of a subject in an index, in characters. A subject of this length fits into the index's key, whatever its characters. */
const LONGEST_SUBJECT = 500;
/** Attributes that an entry's hash does not cover: the hash itself, and erasable attributes. */
const unhashedColumns: readonly string[] = [...erasable, "hash", "erased"];

/** @param salt random, so that erased content cannot be guessed from its digest */
export function linkedEntry(head: ChainHead | undefined, news: AuditNews, now: Date, salt: string): AuditRow {
  const { subject, before, after, person, marks, numbers, ...facts } = news;
  const givenColumns = keepGiven({
    subject: subject === undefined ? undefined : repairText(subject),
    before: before && cutRow(before),
    after: after && cutRow(after),
    ...{ person, marks, numbers },
  });
  const details = Object.keys(givenColumns).length === 0 ? undefined : repairText(canonicalJson({ ...givenColumns, salt }));
  const at = head !== undefined && head.at > now.toISOString() ? head.at : now.toISOString();
  const hashedColumns = {
    trail: AUDIT_TRAIL,
    number: numberText(head === undefined ? 1 : Number(head.number) + 1),
    at,
    day: at.slice(0, 10),
    ...repairTexts(facts),
    ...keepGiven({ digest: details === undefined ? undefined : sha256(details) }),
    previous: head?.hash ?? "",
  };
  return {
    ...hashedColumns,
    hash: hashOfEntry(hashedColumns),
    ...keepGiven({ details, subject: subjectKey(subject ?? "") || undefined, person: person || undefined }),
  } as AuditRow;
}

/** Returns an entry without its erasable attributes: its hash covers the rest. */
export function lastingPart(row: AuditRow): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name === "hash" || !unhashedColumns.includes(name)));
}

export function subjectKey(subject: string): string {
  return repairText(subject.slice(0, LONGEST_SUBJECT));
}

export function hashOfEntry(row: Readonly<Record<string, unknown>>): string {
  return sha256(canonicalJson(Object.fromEntries(Object.entries(row).filter(([name]) => !unhashedColumns.includes(name)))));
}

/** Empty if the details were erased or altered. */
export function readEntryDetails(row: AuditRow): AuditDetails {
  return (isIntact(row) && readDetails(row.details)) || {};
}

function readDetails(details: string | undefined): AuditDetails | undefined {
  const read = parseJson(String(details));
  return invalidMember(auditDetails, read) === undefined ? (read as AuditDetails) : undefined;
}

/**
 * True if the details match the digest, and name the row's subject and person. Without details, true if the row has neither subject nor
 * person.
 */
function isIntact({ details, digest, subject, person }: AuditRow): boolean {
  if (details === undefined) return subject === undefined && person === undefined;
  if (typeof details !== "string" || digest !== sha256(details)) return false;
  const read = readDetails(details);
  if (read === undefined) return false;
  return (read.subject === undefined ? "" : subjectKey(read.subject)) === (subject ?? "") && (read.person ?? "") === (person ?? "");
}

export interface ChainFlaw {
  readonly kind: "altered" | "details-altered" | "details-gone" | "erasure-without-entry" | "missing" | "unlinked";
  /** The number of the flawed entry. For the kind "missing": the number of the first missing entry. */
  readonly number: string;
}

export function flawOfEntry(row: AuditRow): ChainFlaw | undefined {
  const { number, hash, digest, details, erased } = row;
  if (invalidMember(auditRow, row) !== undefined || hashOfEntry({ ...row }) !== hash) return { kind: "altered", number };
  if (digest !== undefined && details === undefined && erased === undefined) return { kind: "details-gone", number };
  return isIntact(row) ? undefined : { kind: "details-altered", number };
}

/** @param before the previous entry; undefined if the checked entry must be the log's first */
export function flawBetween(before: Pick<AuditRow, "number" | "hash"> | undefined, { number, previous }: AuditRow): ChainFlaw | undefined {
  const expectedNumber = numberText(before === undefined ? 1 : Number(before.number) + 1);
  if (number !== expectedNumber) return { kind: "missing", number: expectedNumber };
  return previous === (before?.hash ?? "") ? undefined : { kind: "unlinked", number };
}

/** Cuts long texts, and writes a number as text if DynamoDB cannot store it. */
export function cutRow(row: Row): Row {
  const shorten = (_: string, each: unknown) => {
    if (typeof each === "number" && !fits(each)) return String(each);
    return typeof each === "string" && each.length > LONGEST_VALUE ? `${each.slice(0, LONGEST_VALUE)}…` : each;
  };
  const text = JSON.stringify(row, shorten);
  return (text.length > LONGEST_ROW ? { "": `${text.length} characters: too long for the trail` } : JSON.parse(text)) as Row;
}

function fits(value: number): boolean {
  return Number.isSafeInteger(value) || (Math.abs(value) > 1e-100 && Math.abs(value) < 1e100 && !Number.isInteger(value));
}

function repairTexts<T extends object>(facts: T): T {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === "string" ? repairText(value) : value]],
    ),
  ) as T;
}

/** Returns the text in the form in which DynamoDB returns it: with unpaired surrogates replaced. */
function repairText(text: string): string {
  return Buffer.from(text).toString();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

interface Verified {
  readonly entries: number;
  /** The last checked entry. Whoever notes its number and hash can later prove that this entry and the earlier ones still exist. */
  readonly last?: ChainHead;
  readonly erased: number;
  readonly flaw?: ChainFlaw;
}

/** Checks entries in order, up to the first flaw. */
export class ChainVerifier {
  private before: ChainHead | undefined;
  private entries = 0;
  private readonly erased = new Set<string>();
  private readonly announced = new Set<string>();
  private flaw: ChainFlaw | undefined;

  /** @param before the entry before the first entry to check; undefined if the check begins with the log's first entry */
  constructor(before?: ChainHead) {
    this.before = before;
  }

  /** Returns false for the first entry with a flaw, and for all later ones. */
  check(row: AuditRow): boolean {
    this.flaw ??= flawBetween(this.before, row) ?? flawOfEntry(row);
    if (this.flaw !== undefined) return false;
    const { number, hash, at } = row;
    this.before = { number, hash, at };
    this.entries += 1;
    if (row.erased !== undefined) this.erased.add(number);
    this.noteErasure(row);
    return true;
  }

  /** Notes the numbers of the entries that a row reports as erased. The reporting row may be outside the checked range. */
  noteErasure(row: AuditRow): void {
    if (row.action === "person.erased") for (const number of readEntryDetails(row).numbers ?? []) this.announced.add(number);
  }

  get hasUnexplainedErasure(): boolean {
    return [...this.erased].some((number) => !this.announced.has(number));
  }

  end(): Verified {
    const unannouncedNumber = [...this.erased].find((number) => !this.announced.has(number));
    const flaw =
      this.flaw ?? (unannouncedNumber === undefined ? undefined : { kind: "erasure-without-entry" as const, number: unannouncedNumber });
    return {
      entries: this.entries,
      erased: this.erased.size,
      ...keepGiven({ last: this.entries > 0 ? this.before : undefined, flaw }),
    };
  }
}

export interface AuditEntry extends AuditNews {
  readonly number: string;
  readonly at: string;
  /** The author's name. If there is no name: the author's id. */
  readonly name: string;
  readonly subject: string;
  readonly erased?: string;
  /** True if the table's stream has shown the change. */
  readonly seen?: true;
  readonly flaw?: ChainFlaw;
  /** True if earlier entries say that the denied row was an invitation. Not stored: see `markRevocations`. */
  readonly isRevocation?: true;
}

/**
 * The part of an entry that its hash covers, and the hash. An archived entry cannot be deleted, so it never contains data that an erasure
 * removes.
 */
export type ArchivedEntry = Pick<AuditRow, "number" | "hash" | "at"> & Readonly<Record<string, unknown>>;

export function archiveText(rows: readonly AuditRow[]): string {
  return rows.map((row) => `${canonicalJson(lastingPart(row))}\n`).join("");
}

const HASH_CHARACTERS = 16;

/** The last row's hash depends on all earlier entries. So two objects of the same name have the same entries, even after a restore. */
export function archiveName(rows: readonly AuditRow[]): string {
  const last = rows.at(-1);
  return `entries/${rows[0]?.number}-${last?.number}-${last?.hash.slice(0, HASH_CHARACTERS)}.jsonl`;
}

/** Undefined if the line is not an entry, or was altered. */
export function readArchived(line: string): ArchivedEntry | undefined {
  const entry = parseJsonObject(line);
  if (entry === undefined) return undefined;
  const { number, hash, at } = entry;
  if (typeof number !== "string" || numberText(Number(number)) !== number || typeof at !== "string") return undefined;
  return hashOfEntry({ ...entry }) === hash ? (entry as ArchivedEntry) : undefined;
}
