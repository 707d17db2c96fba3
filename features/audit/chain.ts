import { createHash } from "node:crypto";
import type { AuditDetails } from "../../engine/audited-change";
import { canonicalJson } from "../../engine/canonical-json";
import { invalidMember } from "../../engine/fields";
import type { Row } from "../../engine/sign-up/rule";
import { AUDIT_TRAIL, type AuditNews, type AuditRow, auditDetails, auditRow, erasable, numberText } from "./entry";

/** The end of the trail: what the next entry has to follow. */
export type ChainHead = Pick<AuditRow, "number" | "hash" | "at">;

/** Longer values are cut: a row of DynamoDB holds 400 KB. In characters. */
const LONGEST_VALUE = 2_000;
/** Rows of many columns are left out as a whole beyond that. In characters of JSON. */
const LONGEST_ROW = 60_000;
/** What an index can hold of a key, whatever its characters. */
const LONGEST_SUBJECT = 500;
/** Not in an entry's hash: itself, and what can be erased. */
const unhashed: readonly string[] = [...erasable, "hash", "erased"];

/** The entry that follows the head, or the first one. @param salt random: what was erased cannot be guessed from its digest */
export function linkedEntry(head: ChainHead | undefined, news: AuditNews, now: Date, salt: string): AuditRow {
  const { subject, before, after, person, marks, numbers, ...facts } = news;
  const given = {
    ...(subject !== undefined && { subject: wellFormed(subject) }),
    ...(before && { before: cutRow(before) }),
    ...(after && { after: cutRow(after) }),
    ...(person !== undefined && { person }),
    ...(marks && { marks }),
    ...(numbers && { numbers }),
  };
  const details = Object.keys(given).length === 0 ? undefined : wellFormed(canonicalJson({ ...given, salt }));
  const at = head !== undefined && head.at > now.toISOString() ? head.at : now.toISOString();
  const hashed = {
    trail: AUDIT_TRAIL,
    number: numberText(head === undefined ? 1 : Number(head.number) + 1),
    at,
    day: at.slice(0, 10),
    ...textsWellFormed(facts),
    ...(details !== undefined && { digest: sha256(details) }),
    previous: head?.hash ?? "",
  };
  const key = subject === undefined ? "" : subjectKey(subject);
  return {
    ...hashed,
    hash: hashOfEntry(hashed),
    ...(details !== undefined && { details }),
    ...(key !== "" && { subject: key }),
    ...(person !== undefined && person !== "" && { person }),
  } as AuditRow;
}

/** An entry without what an erasure removes: its hash covers the rest. */
export function lastingPart(row: AuditRow): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name === "hash" || !unhashed.includes(name)));
}

/** A subject as the index holds it. */
export function subjectKey(subject: string): string {
  return wellFormed(subject.slice(0, LONGEST_SUBJECT));
}

/** The hash that an entry must have, by what it says. */
export function hashOfEntry(row: Readonly<Record<string, unknown>>): string {
  return sha256(canonicalJson(Object.fromEntries(Object.entries(row).filter(([name]) => !unhashed.includes(name)))));
}

/** The details of an entry; none where they were erased or are no longer what was written. */
export function detailsOf(row: AuditRow): AuditDetails {
  return (isIntact(row) && readDetails(row.details)) || {};
}

/** Undefined where somebody has put in what no details can be. */
function readDetails(details: string | undefined): AuditDetails | undefined {
  try {
    const read: unknown = JSON.parse(String(details));
    return invalidMember(auditDetails, read) === undefined ? (read as AuditDetails) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an entry's details are what its digest says, where it has any, and the index finds it by just these. */
function isIntact({ details, digest, subject, person }: AuditRow): boolean {
  if (details === undefined) return subject === undefined && person === undefined;
  if (typeof details !== "string" || digest !== sha256(details)) return false;
  const read = readDetails(details);
  if (read === undefined) return false;
  return (read.subject === undefined ? "" : subjectKey(read.subject)) === (subject ?? "") && (read.person ?? "") === (person ?? "");
}

/** What is wrong with the trail at one entry. */
export interface ChainFlaw {
  readonly kind: "altered" | "details-altered" | "details-gone" | "erasure-without-entry" | "missing" | "unlinked";
  /** Of the entry; of the first that is missing. */
  readonly number: string;
}

/** What is wrong with an entry by itself. */
export function flawOfEntry(row: AuditRow): ChainFlaw | undefined {
  const { number, hash, digest, details, erased } = row;
  if (invalidMember(auditRow, row) !== undefined || hashOfEntry({ ...row }) !== hash) return { kind: "altered", number };
  if (digest !== undefined && details === undefined && erased === undefined) return { kind: "details-gone", number };
  return isIntact(row) ? undefined : { kind: "details-altered", number };
}

/** What is wrong between an entry and the one before it. @param before undefined: there is none */
export function flawBetween(before: Pick<AuditRow, "number" | "hash"> | undefined, { number, previous }: AuditRow): ChainFlaw | undefined {
  const expected = numberText(before === undefined ? 1 : Number(before.number) + 1);
  if (number !== expected) return { kind: "missing", number: expected };
  return previous === (before?.hash ?? "") ? undefined : { kind: "unlinked", number };
}

/** A row as an entry holds it: long texts cut, and what no number of DynamoDB's can be as text. */
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

function textsWellFormed<T extends object>(facts: T): T {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === "string" ? wellFormed(value) : value]],
    ),
  ) as T;
}

/** As DynamoDB gives it back: halves of characters do not survive. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** What a walk over the trail came to. */
interface Verified {
  readonly entries: number;
  readonly first?: ChainHead;
  /** A reader who keeps it can tell later that nothing was cut off the end. */
  readonly last?: ChainHead;
  readonly erased: number;
  /** Undefined: all of it is as it was written. */
  readonly flaw?: ChainFlaw;
}

/** Looks at entries in their order, and stops at the first that is not as it was written. */
export class ChainVerifier {
  private before: ChainHead | undefined;
  private first: ChainHead | undefined;
  private entries = 0;
  private readonly erased = new Set<string>();
  private readonly announced = new Set<string>();
  private flaw: ChainFlaw | undefined;

  /** @param before the entry before the first that is looked at; undefined: that one is the trail's first */
  constructor(before?: ChainHead) {
    this.before = before;
  }

  /** False from the first flaw on. */
  check(row: AuditRow): boolean {
    this.flaw ??= flawBetween(this.before, row) ?? flawOfEntry(row);
    if (this.flaw !== undefined) return false;
    const { number, hash, at } = row;
    this.before = { number, hash, at };
    this.first ??= this.before;
    this.entries += 1;
    if (row.erased !== undefined) this.erased.add(number);
    this.noteErasure(row);
    return true;
  }

  /** Takes note of what an entry beyond the stretch tells of erasures within it. */
  noteErasure(row: AuditRow): void {
    if (row.action === "person.erased") for (const number of detailsOf(row).numbers ?? []) this.announced.add(number);
  }

  /** Whether entries were erased of which none looked at so far tells. */
  get hasUnexplainedErasure(): boolean {
    return [...this.erased].some((number) => !this.announced.has(number));
  }

  end(): Verified {
    const unannounced = [...this.erased].find((number) => !this.announced.has(number));
    const flaw = this.flaw ?? (unannounced === undefined ? undefined : { kind: "erasure-without-entry" as const, number: unannounced });
    return {
      entries: this.entries,
      erased: this.erased.size,
      ...(this.first && { first: this.first }),
      ...(this.entries > 0 && this.before && { last: this.before }),
      ...(flaw && { flaw }),
    };
  }
}
