import { lettersOf, namesOfEnds } from "../../engine/columns";
import { nearestName } from "../../engine/nearest-name";
import { isIssuerName } from "../../engine/sign-up/account-key";
import { gatesIn, isGateName } from "../../engine/sign-up/gate";
import { normaliseIssuer } from "../../engine/sign-up/issuers";
import { expiryTime } from "../../engine/sign-up/row-end";
import type { Row } from "../../engine/sign-up/rule";

/** A row of the list as it counts at a moment. A mistyped row fails closed: see `readRow`. */
export interface ListRow {
  readonly effect: "allow" | "deny";
  /** Counts only for people who signed in with it. */
  readonly issuer?: string;
  readonly gates?: readonly string[];
  /** Epoch milliseconds. The row stops counting then. */
  readonly expiresAt?: number;
  /** True for an allow with an unreadable cell. A deny counts without that cell. */
  readonly void: boolean;
  /** One sentence each: the error for the operator to fix, and the row's effect until then. */
  readonly problems: readonly string[];
  /** Same without the effect: a file with such rows is rejected. */
  readonly flaws: readonly string[];
}

export function readRow(row: Row): ListRow {
  const effect = readEffect(row.effect);
  const issuer = readIssuerCell(row.issuer);
  const gates = readGates(row.gates);
  const expiresAt = readExpiry(row.expiresAt);
  const misnamed = Object.keys(row).flatMap((name) => (columnNames.has(name) ? [] : readColumnName(name)));
  const flawed = [...[effect, issuer, gates, expiresAt].flatMap(({ flaw }) => flaw ?? []), ...misnamed];
  return {
    effect: effect.value,
    ...(issuer.value !== undefined && { issuer: issuer.value }),
    ...(gates.value !== undefined && { gates: gates.value }),
    ...(expiresAt.value !== undefined && { expiresAt: expiresAt.value }),
    void: effect.value === "allow" && ([issuer, gates, expiresAt].some(({ flaw }) => flaw !== undefined) || misnamed.length > 0),
    problems: flawed.map(({ fact, follows }) => `${fact}: ${follows}`),
    flaws: flawed.map(({ fact }) => fact),
  };
}

export function isLive(row: ListRow, now: Date): boolean {
  return !row.void && (row.expiresAt === undefined || now.getTime() < row.expiresAt);
}

export const listCounts = { accessList: (row: Row, now: Date) => isLive(readRow(row), now) };

export function countsAt({ gates }: Pick<ListRow, "gates">, gate: string): boolean {
  return gates === undefined || gates.includes(gate);
}

/** Letters of a column's name -> the column that is probably meant. */
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

/** The correct names, cached because every row has them. */
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

/** Columns are typed by hand, row by row: a limit under another name would not limit. */
function readColumnName(name: string): Flaw[] {
  const meant = columnMeant(name);
  if (meant === undefined) return [];
  return [{ fact: `the column ${JSON.stringify(name)} should be called ${meant}`, follows: "an allow does not count until then" }];
}

export function columnMeant(name: string): string | undefined {
  const letters = lettersOf(name);
  return lookAlikes.get(letters) ?? (others.has(letters) ? undefined : misspelt(letters));
}

/** Slips are rarely in the first letter: "dates" does not mean gates. */
function misspelt(letters: string): string | undefined {
  const alike = limits.filter((name) => name[0] === letters[0]);
  const near = nearestName(letters, alike);
  return near && (lookAlikes.get(near) ?? near);
}

interface Flaw {
  readonly fact: string;
  /** The effect on a row in the table. A file's row is refused instead. */
  readonly follows: string;
}

interface Cell<T> {
  readonly value: T;
  readonly flaw?: Flaw;
}

const absent: Cell<undefined> = { value: undefined };

function readEffect(cell: unknown): Cell<"allow" | "deny"> {
  const text = typeof cell === "string" ? cell.trim().toLowerCase() : undefined;
  if (text === "allow" || text === "deny") return { value: text };
  return { value: "deny", flaw: { fact: "effect is neither allow nor deny", follows: "it denies" } };
}

function readIssuerCell(cell: unknown): Cell<string | undefined> {
  if (cell === undefined) return absent;
  const issuer = typeof cell === "string" ? normaliseIssuer(cell.trim().replace(/^issuer:/i, "")) : "";
  if (isIssuerName(issuer)) return { value: issuer };
  return {
    value: undefined,
    flaw: { fact: "issuer is not a provider's name", follows: "an allow does not count, a deny counts for everyone" },
  };
}

/** Accepts a text, list or string set. */
function readGates(cell: unknown): Cell<readonly string[] | undefined> {
  if (cell === undefined) return absent;
  const texts: readonly unknown[] = Array.isArray(cell) ? cell : [cell];
  const gates = gatesIn(texts.map((each) => (typeof each === "string" ? each : "?")).join(","));
  if (gates.length > 0 && gates.every(isGateName)) return { value: gates };
  return {
    value: undefined,
    flaw: { fact: "gates is not names of gates", follows: "an allow does not count, a deny counts at every gate" },
  };
}

function readExpiry(cell: unknown): Cell<number | undefined> {
  if (cell === undefined) return absent;
  const time = expiryTime(cell);
  if (time !== undefined) return { value: time };
  return { value: undefined, flaw: { fact: "expiresAt is not a date like 2027-01-31", follows: "an allow does not count, a deny stays" } };
}
