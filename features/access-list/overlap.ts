import { listParentDomains, splitAddress } from "../../engine/sign-up/email";
import { classNames, type Entry, listEffects, readEntry } from "./entry";
import { type Cells, covers, findKeyAndProblems } from "./hygiene";
import type { StoredRowProblem } from "./problem";
import { countsAtGate, isLive, type ListRow, readRow } from "./row";

export interface ComparedRow {
  readonly entry: string;
  /** The key under which the hygiene worker stores the row. */
  readonly key: string;
  readonly means?: Entry;
  readonly problems: readonly StoredRowProblem[];
  readonly row: ListRow;
}

export function comparedRow(cells: Cells): ComparedRow {
  const entry = String(cells.entry);
  const read = readEntry(entry);
  // Ignores flags about silent gates: the policies show which gates ask nobody for approval.
  const { key, problems } = findKeyAndProblems(cells, classNames, []);
  return { entry, key, ...(read.ok && { means: read.entry }), problems, row: readRow(cells) };
}

type EffectReach = Pick<ListRow, "effect" | "issuer" | "gates" | "expiresAt">;

export interface BroadRows {
  /** "several" if rows in different spellings have this key. */
  get(key: string): EffectReach | "several" | undefined;
  has(kind: Entry["kind"], effect: ListRow["effect"]): boolean;
}

export function broadRows(): BroadRows & { add(row: ComparedRow, now: Date): void } {
  const rows = new Map<string, EffectReach | "several">();
  const kinds = new Set<string>();
  return {
    add({ means, key, row }, now) {
      if (means === undefined || means.kind === "address" || means.kind === "account" || !isLive(row, now)) return;
      const { effect, issuer, gates, expiresAt } = row;
      // A suspended row has two effects, so it makes no other row superfluous.
      if (row.allowedUntil !== undefined) {
        rows.set(key, "several");
        kinds.add(`${means.kind} allow`).add(`${means.kind} ${effect}`);
        return;
      }
      const reach = { effect, expiresAt, ...(issuer !== undefined && { issuer }), ...(gates !== undefined && { gates }) };
      rows.set(key, rows.has(key) ? "several" : reach);
      kinds.add(`${means.kind} ${effect}`);
    },
    get: (key) => rows.get(key),
    has: (kind, effect) => kinds.has(`${kind} ${effect}`),
  };
}

/** Another row that keeps out a spelling of the address that this row allows. @param kin live rows of the same address */
export function deniedSpelling(row: ComparedRow, kin: readonly ComparedRow[]): ComparedRow | undefined {
  if (row.row.effect !== "allow") return undefined;
  return kin.find(
    (other) =>
      other.row.effect !== "allow" &&
      other.key !== row.key &&
      (other.row.gates === undefined || other.row.gates.some((gate) => countsAtGate(row.row, gate))),
  );
}

/**
 * Returns a broader entry that certainly makes the row superfluous: without the row, its people get the same answer.
 * @param kin live rows of the same address
 */
export function shadowOver(row: ComparedRow, kin: readonly ComparedRow[], broad: BroadRows): string | undefined {
  if (row.row.allowedUntil !== undefined) return undefined;
  if (kin.some((other) => other.row.effect !== row.row.effect || other.row.allowedUntil !== undefined)) return undefined;
  return findShadowingEntry(row, broad);
}

/** Returns the key of the nearest broader entry that makes a row superfluous. Undefined if a row of another effect may decide first. */
function findShadowingEntry({ means, row }: ComparedRow, broad: BroadRows): string | undefined {
  if (means === undefined) return undefined;
  const others = listEffects.filter((effect) => effect !== row.effect);
  const hasOther = (kind: Entry["kind"]) => others.some((other) => broad.has(kind, other));
  for (const key of fartherKeys(means, row.effect)) {
    const next = broad.get(key);
    if (key === "*" && (hasOther("class") || (row.effect !== "allow" && hasOther("issuer")))) return undefined;
    if (next === undefined) continue;
    if (next === "several" || next.effect !== row.effect) return undefined;
    if (covers(next, row)) return key;
  }
  return undefined;
}

/** Broader entries that match everyone that this entry matches, nearest first. Omits classes and issuers. */
export function fartherKeys(means: Entry, effect: ListRow["effect"]): readonly string[] {
  const wildcardsOver = (domain: string) => listParentDomains(domain).map((parent) => `*.${parent}`);
  switch (means.kind) {
    case "address": {
      const { domain } = splitAddress(means.email);
      // A Gmail mailbox can be reached at gmail.com and at googlemail.com. The list may have different entries for the two domains, so no
      // broader entry is certain to match.
      if (domain === "gmail.com" || domain === "googlemail.com") return [];
      return [domain, ...wildcardsOver(domain), "*"];
    }
    case "domain":
    case "wildcard":
      return [...wildcardsOver(means.domain), "*"];
    case "class":
      return ["*"];
    // An issuer's deny or approval decides even if an entry of the address allows. Without it, that entry would decide, so no broader entry
    // makes the row superfluous.
    case "issuer":
      return effect === "allow" ? ["*"] : [];
    case "account":
    case "everyone":
      return [];
  }
}
