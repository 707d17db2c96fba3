import { tooOpen, unknownIssuers } from "../../engine/access-list/breadth";
import { groupKey } from "../../engine/access-list/files/workspace";
import type { Cells } from "../../engine/access-list/hygiene";
import { type BroadRows, type ComparedRow, comparedRow, deniedSpelling, shadowOver } from "../../engine/access-list/overlap";
import { isLive } from "../../engine/access-list/row";
import { grouped } from "../../engine/grouped";
import { concernText } from "./warnings";

export { broadRows } from "../../engine/access-list/overlap";

/** What lint reads of a row. */
export interface LintRow extends ComparedRow {
  /** The line, for a row of a file. */
  readonly line?: number;
}

export function lintRow(cells: Cells, line?: number): LintRow {
  return { ...comparedRow(cells), ...(line !== undefined && { line }) };
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
  const open = row.row.effect === "allow" ? tooOpen(means, row.row.issuer) : undefined;
  return [
    ...(line === undefined && entry !== key ? [finding("mistyped", row, `it belongs under ${key}, and the worker has not moved it`)] : []),
    ...(open === undefined ? [] : [finding("too open", row, concernText(open))]),
    ...unknownGates(row, gates),
    ...unknownIssuers(means, row.row.issuer).map((each) => finding("unknown provider", row, concernText(each))),
  ];
}

function unknownGates(row: LintRow, gates: readonly string[] | undefined): readonly LintProblem[] {
  const unknown = gates === undefined ? [] : (row.row.gates ?? []).filter((gate) => !gates.includes(gate));
  if (unknown.length === 0) return [];
  const nowhere = unknown.length === row.row.gates?.length ? "; it counts nowhere" : "";
  return [finding("unknown gate", row, `there is no gate ${unknown.join(", ")}${nowhere}`)];
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
  const denied = deniedSpelling(row, kin);
  return denied === undefined
    ? []
    : [finding("contradictory", row, `it lets in a spelling of ${denied.entry}, which is denied: the closer entry wins`)];
}

function shadow(row: LintRow, kin: readonly LintRow[], broad: BroadRows): readonly LintProblem[] {
  const by = shadowOver(row, kin, broad);
  return by === undefined ? [] : [finding("shadowed", row, `${by} says the same, and nothing between them differs`)];
}
