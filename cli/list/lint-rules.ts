import { type Entry, readEntry } from "../../engine/access-list/entry";
import { groupKey } from "../../engine/access-list/files/workspace";
import { type Cells, covers, tidy } from "../../engine/access-list/hygiene";
import { countsAt, isLive, type ListRow, readRow } from "../../engine/access-list/row";
import { grouped } from "../../engine/grouped";
import { parentsOf, partsOf } from "../../engine/sign-up/email";
import { tooOpen, unknownIssuers } from "./warnings";

/** What lint reads of a row; plain data, so that it can be kept on disk. */
export interface LintRow {
  /** As it stands in the list or the file. */
  readonly entry: string;
  /** The key under which the hygiene worker keeps it. */
  readonly key: string;
  /** Undefined if it cannot be read. */
  readonly means?: Entry;
  readonly problem?: string;
  readonly row: ListRow;
  /** The line, for a row of a file. */
  readonly line?: number;
}

export function lintRow(cells: Cells, line?: number): LintRow {
  const entry = String(cells.entry);
  const read = readEntry(entry);
  const { key, problem } = tidy(cells);
  return {
    entry,
    key,
    ...(read.ok && { means: read.entry }),
    ...(problem !== undefined && { problem }),
    row: readRow(cells),
    ...(line !== undefined && { line }),
  };
}

/** Something an operator should look at. */
export interface LintProblem {
  readonly kind: "mistyped" | "expired" | "too open" | "unknown provider" | "unknown gate" | "contradictory" | "duplicate" | "shadowed";
  readonly entry: string;
  readonly why: string;
  readonly line?: number;
}

function finding(kind: LintProblem["kind"], { entry, line }: LintRow, why: string): LintProblem {
  return { kind, entry, why, ...(line !== undefined && { line }) };
}

/** What a row shows by itself. @param gates those of the deployment; undefined where they are not known */
export function findingsOf(row: LintRow, now: Date, gates?: readonly string[]): readonly LintProblem[] {
  const { means, problem, key, entry, line } = row;
  if (problem !== undefined || means === undefined) return [finding("mistyped", row, problem ?? "it cannot be read")];
  if (!isLive(row.row, now))
    return [finding("expired", row, `since ${new Date(row.row.expiresAt ?? 0).toISOString()}; it counts for nothing`)];
  const why = row.row.effect === "allow" ? tooOpenRow(means, row.row) : undefined;
  return [
    ...(line === undefined && entry !== key ? [finding("mistyped", row, `it belongs under ${key}, and the worker has not moved it`)] : []),
    ...(why === undefined ? [] : [finding("too open", row, why)]),
    ...unknownGates(row, gates),
    ...unknownIssuers(means, row.row.issuer).map((each) => finding("unknown provider", row, each)),
  ];
}

function unknownGates(row: LintRow, gates: readonly string[] | undefined): readonly LintProblem[] {
  const unknown = gates === undefined ? [] : (row.row.gates ?? []).filter((gate) => !gates.includes(gate));
  if (unknown.length === 0) return [];
  const nowhere = unknown.length === row.row.gates?.length ? "; it counts nowhere" : "";
  return [finding("unknown gate", row, `there is no gate ${unknown.join(", ")}${nowhere}`)];
}

function tooOpenRow(means: Entry, { issuer }: ListRow): string | undefined {
  // Who has an address at gmail.com and signed in with Google is still anyone.
  return means.kind === "everyone" && issuer !== undefined ? `This lets in everyone who signs in with ${issuer}.` : tooOpen(means);
}

type Reach = Pick<ListRow, "effect" | "issuer" | "gates" | "expiresAt">;

/** The live entries that speak of many people. */
export interface BroadRows {
  add(row: LintRow, now: Date): void;
  /** The row under a key; "several" where rows in different spellings mean it. */
  get(key: string): Reach | "several" | undefined;
  /** True if there is any of this kind and effect. */
  has(kind: Entry["kind"], effect: ListRow["effect"]): boolean;
}

export function broadRows(): BroadRows {
  const rows = new Map<string, Reach | "several">();
  const kinds = new Set<string>();
  return {
    add({ means, key, row }, now) {
      if (means === undefined || means.kind === "address" || means.kind === "account" || !isLive(row, now)) return;
      const { effect, issuer, gates, expiresAt } = row;
      const reach = { effect, expiresAt, ...(issuer !== undefined && { issuer }), ...(gates !== undefined && { gates }) };
      rows.set(key, rows.has(key) ? "several" : reach);
      kinds.add(`${means.kind} ${effect}`);
    },
    get: (key) => rows.get(key),
    has: (kind, effect) => kinds.has(`${kind} ${effect}`),
  };
}

/** What rows of one part show together: all rows of an address, denied or allowed, are among them. */
export function findingsAmong(rows: readonly LintRow[], broad: BroadRows, now: Date): readonly LintProblem[] {
  const live = rows.filter(({ means, row }) => means !== undefined && isLive(row, now));
  return [...grouped(live, ({ key }) => groupKey(key)).values()].flatMap((kin) => [
    ...[...grouped(kin, ({ key }) => key).values()].flatMap(duplicates),
    ...kin.flatMap((row) => [...contradiction(row, kin), ...shadow(row, kin, broad)]),
  ]);
}

function duplicates([first, ...others]: readonly LintRow[]): readonly LintProblem[] {
  if (first === undefined) return [];
  return others.map((row) => {
    const where = first.line === undefined ? first.entry : `line ${first.line}`;
    return agree(first, row)
      ? finding("duplicate", row, `it says the same as ${where}`)
      : finding("contradictory", row, `it is the same entry as ${where} and says something else`);
  });
}

function agree({ row: a }: LintRow, { row: b }: LintRow): boolean {
  return a.effect === b.effect && a.issuer === b.issuer && a.gates?.join() === b.gates?.join() && a.expiresAt === b.expiresAt;
}

function contradiction(row: LintRow, kin: readonly LintRow[]): readonly LintProblem[] {
  if (row.row.effect !== "allow") return [];
  const denied = kin.find((other) => other.row.effect === "deny" && other.key !== row.key && meet(other.row, row.row));
  return denied === undefined
    ? []
    : [finding("contradictory", row, `it lets in a spelling of ${denied.entry}, which is denied: the closer entry wins`)];
}

/** True if there is a gate at which both rows count. */
function meet(a: ListRow, b: ListRow): boolean {
  return a.gates === undefined || b.gates === undefined || a.gates.some((gate) => countsAt(b, gate));
}

/** A row never decides if whoever it reaches would hear the same without it. Only what is certain is told. */
function shadow(row: LintRow, kin: readonly LintRow[], broad: BroadRows): readonly LintProblem[] {
  if (kin.some((other) => other.row.effect !== row.row.effect)) return [];
  const by = shadowedBy(row, broad);
  return by === undefined ? [] : [finding("shadowed", row, `${by} says the same, and nothing between them differs`)];
}

/** The next entry that decides instead; undefined if a row of the other effect may come first. */
function shadowedBy({ means, row }: LintRow, broad: BroadRows): string | undefined {
  if (means === undefined) return undefined;
  const other = row.effect === "allow" ? "deny" : "allow";
  for (const key of fartherKeys(means, row.effect)) {
    const next = broad.get(key);
    if (key === "*" && (broad.has("class", other) || (other === "allow" && broad.has("issuer", other)))) return undefined;
    if (next === undefined) continue;
    if (next === "several" || next.effect === other) return undefined;
    if (covers(next, row)) return key;
  }
  return undefined;
}

/** Keys of the entries farther away that reach everyone whom this one reaches, the nearest first. Classes and issuers aside. */
function fartherKeys(means: Entry, effect: ListRow["effect"]): readonly string[] {
  const wildcardsOver = (domain: string) => parentsOf(domain).map((parent) => `*.${parent}`);
  switch (means.kind) {
    case "address": {
      const { domain } = partsOf(means.email);
      // One mailbox under two domains: what would decide instead differs from one to the other.
      if (domain === "gmail.com" || domain === "googlemail.com") return [];
      return [domain, ...wildcardsOver(domain), "*"];
    }
    case "domain":
    case "wildcard":
      return [...wildcardsOver(means.domain), "*"];
    case "class":
      return ["*"];
    // A denied issuer comes before all but accounts: what would decide instead differs from person to person.
    case "issuer":
      return effect === "allow" ? ["*"] : [];
    case "account":
    case "everyone":
      return [];
  }
}
