import { marshall } from "@aws-sdk/util-dynamodb";
import type { WriteRequest } from "../../../adapters/tables/batch-write";
import { type Item, toRow } from "../../../adapters/tables/rows";
import { admittedKey, type Cells, covers } from "../hygiene";
import { readRow } from "../row";
import type { FileRow } from "./row";

/**
 * The order of all writes of an import: each phase is over before the next begins, within one any order will do.
 *
 * Nobody is let in at any moment whom both the old list and the new one refuse. For through the first two phases the
 * table's allows reach no further than the old list's, and its denies at least as far: whoever is let in, or is spoken of
 * by no entry, is so in the old list. Through the last two the same holds for the new list. Between the phases both hold.
 * It does not matter how close an entry is to the person: an entry that reaches somebody does so at the same level in
 * either list. So an import may also end after any write, and be repeated from there.
 */
export const phases = ["denies in", "allows out", "allows in", "denies out"] as const;
export type Phase = (typeof phases)[number];

/** What becomes of one key, and the writes that do it. */
export interface ListChange {
  readonly kind: "added" | "changed" | "removed";
  readonly was?: Cells;
  readonly is?: Cells;
  readonly writes: readonly { readonly phase: Phase; readonly request: WriteRequest }[];
}

/** The changes that bring one key from the row that stands there to the wanted one. At most one write a phase. */
export function listChange(standing: Item | undefined, wanted: FileRow | undefined): ListChange | undefined {
  const was = standing && toRow(standing);
  if (wanted === undefined) {
    if (standing === undefined || was === undefined) return undefined;
    const phase = readRow(was).effect === "allow" ? "allows out" : "denies out";
    return { kind: "removed", was, writes: [{ phase, request: deletion(standing) }] };
  }
  const is = cellsOf(wanted);
  if (was === undefined) return { kind: "added", is, writes: [{ phase: enters(wanted), request: put(is, undefined) }] };
  if (isSame(was, wanted)) return undefined;
  const replace = (phase: Phase) => ({ phase, request: put(is, standing) });
  return { kind: "changed", was, is, writes: writesBetween(was, is, standing as Item, replace) };
}

function enters({ effect }: FileRow): Phase {
  return effect === "allow" ? "allows in" : "denies in";
}

function writesBetween(
  was: Cells,
  is: Cells,
  standing: Item,
  replace: (phase: Phase) => ListChange["writes"][number],
): ListChange["writes"] {
  const [before, after] = [readRow(was), readRow(is)];
  // One write ends an allow and begins a deny, or the other way round.
  if (before.effect !== after.effect) return [replace(after.effect === "deny" ? "denies in" : "allows in")];
  if (before.effect === "deny") {
    if (covers(after, before)) return [replace("denies in")];
    if (covers(before, after)) return [replace("denies out")];
    return [{ phase: "denies in", request: put(union(was, is), standing) }, replace("denies out")];
  }
  if (before.void || covers(after, before)) return [replace("allows in")];
  if (covers(before, after)) return [replace("allows out")];
  const common = intersection(was, is);
  return [{ phase: "allows out", request: common ? put(common, standing) : deletion(standing) }, replace("allows in")];
}

/** A row that reaches whomever either reaches, as long as either does. */
function union(was: Cells, is: Cells): Cells {
  const { issuer, expiresAt, ...rest } = is;
  const same = readRow(was).issuer === readRow(is).issuer;
  const later = endOf(was) > endOf(is) ? was.expiresAt : expiresAt;
  const endless = endOf(was) === Number.POSITIVE_INFINITY || endOf(is) === Number.POSITIVE_INFINITY;
  return { ...rest, ...(same && issuer !== undefined && { issuer }), ...(!endless && { expiresAt: later }) };
}

/** A row that reaches only those whom both reach, while both do; undefined if there is nobody. */
function intersection(was: Cells, is: Cells): Cells | undefined {
  const [a, b] = [readRow(was).issuer, readRow(is).issuer];
  if (a !== undefined && b !== undefined && a !== b) return undefined;
  const issuer = a ?? b;
  const expiresAt = endOf(was) < endOf(is) ? was.expiresAt : is.expiresAt;
  return { ...is, ...(issuer !== undefined && { issuer }), ...(expiresAt !== undefined && { expiresAt }) };
}

function endOf(cells: Cells): number {
  return readRow(cells).expiresAt ?? Number.POSITIVE_INFINITY;
}

/** As the file says. `typed` tells only where the row would stand as an allow. */
function isSame(was: Cells, { entry, looser = entry, effect, issuer, note, expiresAt }: FileRow): boolean {
  const row = readRow(was);
  return (
    row.problems.length === 0 &&
    row.effect === effect &&
    row.issuer === issuer &&
    (was.typed === undefined || admittedKey(was) === looser) &&
    (was.note === undefined || was.note === "" ? note === undefined : String(was.note) === note) &&
    (was.expiresAt === undefined ? undefined : String(was.expiresAt).trim()) === expiresAt
  );
}

/** Column by column: what else is known of a row, such as its line in the file, is not for the table. */
function cellsOf({ entry, effect, issuer, note, expiresAt, typed }: FileRow): Cells {
  return {
    entry,
    effect,
    ...(issuer !== undefined && { issuer }),
    ...(note !== undefined && { note }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(typed !== undefined && { typed }),
  };
}

function put(cells: Cells, standing: Item | undefined): WriteRequest {
  return { PutRequest: { Item: { ...keptBeside(standing), ...marshall(cells) } } };
}

function deletion({ entry }: Item): WriteRequest {
  return { DeleteRequest: { Key: { entry: entry as Item[string] } } };
}

/** The columns that commands and pages write; whatever else an operator keeps in a row stays. */
const written = ["entry", "effect", "issuer", "note", "expiresAt", "typed", "problem"];

export function keptBeside(standing: Item | undefined): Item {
  return Object.fromEntries(Object.entries(standing ?? {}).filter(([name]) => !written.includes(name)));
}
