import { namesOfEnds, normaliseColumnName } from "../../engine/columns";
import { nearestName } from "../../engine/problem-texts";
import { isIssuerName } from "../../engine/sign-up/account-key";
import { normaliseDomain, normaliseEmail } from "../../engine/sign-up/email";
import { gatesIn, isGateName } from "../../engine/sign-up/gate";
import { normaliseIssuer } from "../../engine/sign-up/issuers";
import { expiryTime } from "../../engine/sign-up/row-end";
import type { Row } from "../../engine/sign-up/rule";
import { normaliseMailbox, toBaseSpelling } from "../../engine/sign-up/spellings";
import { type ListEffect, readListEffect } from "./entry";

export const columns = ["entry", "effect", "issuer", "note", "expiresAt", "gates", "allowedUntil"] as const;
export type ListColumn = (typeof columns)[number];

/** A mistyped row fails closed: see `readRow`. */
export interface ListRow {
  readonly effect: ListEffect;
  /** The row counts only for people who signed in with this identity provider. */
  readonly issuer?: string;
  readonly gates?: readonly string[];
  /** Epoch milliseconds. The row counts until this moment. */
  readonly expiresAt?: number;
  /**
   * Epoch milliseconds. Until this moment, a deny or approval counts as an allow for people for whom an allow of this row would count.
   * Absent if the row has a problem: then an allow would not count.
   */
  readonly allowedUntil?: number;
  /** True if the row is an allow with an unreadable cell or a misnamed column: it does not count. A deny or approval still counts. */
  readonly void: boolean;
  readonly problems: readonly RowProblem[];
}

export type RowProblem =
  | { readonly code: "badEffect" | "badIssuer" | "badGates" | "badEnd" | "badPartner" | "badAllowedUntil" | "allowedUntilOfTag" }
  | { readonly code: "misnamedColumn"; readonly name: string; readonly meant: string };

export function readRow(row: Row): ListRow {
  const effect = readEffect(row.effect);
  const issuer = readIssuerCell(row.issuer);
  const gates = readGates(row.gates);
  const expiresAt = readExpiry(row.expiresAt);
  const allowedUntil = readAllowedUntil(row, effect.value);
  const cells = [effect, issuer, gates, expiresAt, allowedUntil, readPartnerCell(row.byPartner)];
  const nameProblems = Object.keys(row).flatMap((name) => (columnNames.has(name) ? [] : readColumnName(name, effect.value)));
  const problems = [...cells.flatMap(({ problem }) => problem ?? []), ...nameProblems];
  return {
    effect: effect.value,
    ...(issuer.value !== undefined && { issuer: issuer.value }),
    ...(gates.value !== undefined && { gates: gates.value }),
    ...(expiresAt.value !== undefined && { expiresAt: expiresAt.value }),
    ...(allowedUntil.value !== undefined && problems.length === 0 && { allowedUntil: allowedUntil.value }),
    void: effect.value === "allow" && problems.length > 0,
    problems,
  };
}

export function isLive(row: ListRow, now: Date): boolean {
  return !row.void && (row.expiresAt === undefined || now.getTime() < row.expiresAt);
}

/** True if the row does not have its own effect yet: until `allowedUntil`, it lets people in. */
export function isSuspended({ allowedUntil }: Pick<ListRow, "allowedUntil">, now: Date): boolean {
  return allowedUntil !== undefined && now.getTime() < allowedUntil;
}

/** The effect now for people for whom an allow of this row would count. */
export function computeEffect(row: Pick<ListRow, "effect" | "allowedUntil">, now: Date): ListEffect {
  return isSuspended(row, now) ? "allow" : row.effect;
}

/** The next moment at which the row does something else. Undefined if there is none. */
export function findNextEnd({ allowedUntil, expiresAt }: Pick<ListRow, "allowedUntil" | "expiresAt">, now: Date): number | undefined {
  const isAhead = allowedUntil !== undefined && now.getTime() < allowedUntil && allowedUntil < (expiresAt ?? Number.POSITIVE_INFINITY);
  return isAhead ? allowedUntil : expiresAt;
}

export const listCounts = { accessList: (row: Row, now: Date) => isLive(readRow(row), now) };

export function findWaitingGates(row: Pick<ListRow, "effect" | "gates">, gates: readonly string[]): readonly string[] {
  return row.effect === "approval" ? gates.filter((gate) => countsAtGate(row, gate)) : [];
}

export function countsAtGate({ gates }: Pick<ListRow, "gates">, gate: string): boolean {
  return gates === undefined || gates.includes(gate);
}

/** Keys have letters only. */
const lookAlikes: ReadonlyMap<string, string> = new Map([
  ["effect", "effect"],
  ...["issuer", "issuers", "idp", "provider", "identityprovider"].map((name) => [name, "issuer"] as const),
  ...["gates", "gate"].map((name) => [name, "gates"] as const),
  ["bypartner", "byPartner"],
  ...["alloweduntil", "allowuntil", "allowsuntil", "allowedtill", "allowtill"].map((name) => [name, "allowedUntil"] as const),
  ...namesOfEnds.map((name) => [name, "expiresAt"] as const),
]);

const limits: readonly string[] = [...new Set([...lookAlikes.values(), "expires", "expiry", "expiration"])];
/** Operators' own columns whose names resemble ours. */
const others: ReadonlySet<string> = new Set(["issue", "issues", "expired"]);

/** Every row has these columns, so they are not compared with similar names. */
const columnNames: ReadonlySet<string> = new Set([...columns, "typed", "problem", "byPartner"]);

/** Reports a column whose name looks mistyped. Under that name, a limit would have no effect. */
function readColumnName(name: string, effect: ListEffect): RowProblem[] {
  const meantColumn = findMeantColumn(name);
  if (meantColumn === undefined) return [];
  return [{ code: "misnamedColumn", name, meant: meantColumn === "allowedUntil" ? columnOfLetIn(effect) : meantColumn }];
}

function columnOfLetIn(effect: ListEffect): "expiresAt" | "allowedUntil" {
  return effect === "allow" ? "expiresAt" : "allowedUntil";
}

export function findMeantColumn(name: string): string | undefined {
  const letters = normaliseColumnName(name);
  return lookAlikes.get(letters) ?? (others.has(letters) ? undefined : misspelt(letters));
}

/** The first letter has to be right, because people seldom mistype it: "dates" does not mean gates. */
function misspelt(letters: string): string | undefined {
  const alike = limits.filter((name) => name[0] === letters[0]);
  const near = nearestName(letters, alike);
  return near && (lookAlikes.get(near) ?? near);
}

interface Cell<T> {
  readonly value: T;
  readonly problem?: RowProblem;
}

const absent: Cell<undefined> = { value: undefined };

function readEffect(cell: unknown): Cell<ListEffect> {
  const effect = readListEffect(cell);
  return effect === undefined ? { value: "deny", problem: { code: "badEffect" } } : { value: effect };
}

function readIssuerCell(cell: unknown): Cell<string | undefined> {
  if (cell === undefined) return absent;
  const issuer = typeof cell === "string" ? normaliseIssuer(cell.trim().replace(/^issuer:/i, "")) : "";
  if (isIssuerName(issuer)) return { value: issuer };
  return { value: undefined, problem: { code: "badIssuer" } };
}

function readGates(cell: unknown): Cell<readonly string[] | undefined> {
  if (cell === undefined) return absent;
  const texts: readonly unknown[] = Array.isArray(cell) ? cell : [cell];
  const gates = gatesIn(texts.map((each) => (typeof each === "string" ? each : "?")).join(","));
  if (gates.length > 0 && gates.every(isGateName)) return { value: gates };
  return { value: undefined, problem: { code: "badGates" } };
}

function readExpiry(cell: unknown): Cell<number | undefined> {
  if (cell === undefined) return absent;
  const time = expiryTime(cell);
  if (time !== undefined) return { value: time };
  return { value: undefined, problem: { code: "badEnd" } };
}

function readAllowedUntil({ allowedUntil: cell, entry, typed }: Row, effect: ListEffect): Cell<number | undefined> {
  if (cell === undefined) return absent;
  // Without this, an allow with this column would have no end.
  if (effect === "allow")
    return { value: undefined, problem: { code: "misnamedColumn", name: "allowedUntil", meant: columnOfLetIn(effect) } };
  const time = expiryTime(cell);
  if (time === undefined) return { value: undefined, problem: { code: "badAllowedUntil" } };
  // A deny of kim+x is stored under kim, where an allow would let in another person.
  const email = normaliseEmail(String(typed ?? entry));
  const isOfTag = email !== undefined && toBaseSpelling(email) !== normaliseMailbox(email);
  return isOfTag ? { value: undefined, problem: { code: "allowedUntilOfTag" } } : { value: time };
}

/** An allow under another text than a domain would count for nobody. */
function readPartnerCell(cell: unknown): Cell<undefined> {
  const isDomain = typeof cell === "string" && normaliseDomain(cell) === cell;
  return cell === undefined || isDomain ? absent : { value: undefined, problem: { code: "badPartner" } };
}
