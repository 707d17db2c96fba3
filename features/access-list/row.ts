import { namesOfEnds, normaliseColumnName } from "../../engine/columns";
import { nearestName } from "../../engine/nearest-name";
import { isIssuerName } from "../../engine/sign-up/account-key";
import { gatesIn, isGateName } from "../../engine/sign-up/gate";
import { normaliseIssuer } from "../../engine/sign-up/issuers";
import { expiryTime } from "../../engine/sign-up/row-end";
import type { Row } from "../../engine/sign-up/rule";
import { type ListEffect, readListEffect } from "./entry";

export const columns = ["entry", "effect", "issuer", "note", "expiresAt", "gates"] as const;
export type ListColumn = (typeof columns)[number];

/** A mistyped row fails closed: see `readRow`. */
export interface ListRow {
  readonly effect: ListEffect;
  /** The row counts only for people who signed in with this identity provider. */
  readonly issuer?: string;
  readonly gates?: readonly string[];
  /** Epoch milliseconds. The row counts until this moment. */
  readonly expiresAt?: number;
  /** True if the row is an allow with an unreadable cell or a misnamed column: it does not count. A deny or approval still counts. */
  readonly void: boolean;
  readonly problems: readonly RowProblem[];
}

export type RowProblem =
  | { readonly code: "badEffect" | "badIssuer" | "badGates" | "badEnd" }
  | { readonly code: "misnamedColumn"; readonly name: string; readonly meant: string };

export function readRow(row: Row): ListRow {
  const effect = readEffect(row.effect);
  const issuer = readIssuerCell(row.issuer);
  const gates = readGates(row.gates);
  const expiresAt = readExpiry(row.expiresAt);
  const nameProblems = Object.keys(row).flatMap((name) => (columnNames.has(name) ? [] : readColumnName(name)));
  const problems = [...[effect, issuer, gates, expiresAt].flatMap(({ problem }) => problem ?? []), ...nameProblems];
  return {
    effect: effect.value,
    ...(issuer.value !== undefined && { issuer: issuer.value }),
    ...(gates.value !== undefined && { gates: gates.value }),
    ...(expiresAt.value !== undefined && { expiresAt: expiresAt.value }),
    void: effect.value === "allow" && problems.length > 0,
    problems,
  };
}

export function isLive(row: ListRow, now: Date): boolean {
  return !row.void && (row.expiresAt === undefined || now.getTime() < row.expiresAt);
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
  ...namesOfEnds.map((name) => [name, "expiresAt"] as const),
]);

const limits: readonly string[] = [...new Set([...lookAlikes.values(), "expires", "expiry", "expiration"])];
/** Operators' own columns whose names resemble ours. */
const others: ReadonlySet<string> = new Set(["issue", "issues", "expired"]);

/** Every row has these columns, so they are not compared with similar names. */
const columnNames: ReadonlySet<string> = new Set([
  "entry",
  "effect",
  "issuer",
  "gates",
  "note",
  "expiresAt",
  "typed",
  "problem",
  "byPartner",
]);

/** Reports a column whose name looks mistyped. Under that name, a limit would have no effect. */
function readColumnName(name: string): RowProblem[] {
  const meantColumn = columnMeant(name);
  return meantColumn === undefined ? [] : [{ code: "misnamedColumn", name, meant: meantColumn }];
}

export function columnMeant(name: string): string | undefined {
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

/** Reads gates from a text, list or string set. */
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
