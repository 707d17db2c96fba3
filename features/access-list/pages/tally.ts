import { toRow } from "../../../adapters/tables/item";
import type { ConsolePorts } from "../../../console/app/ports";
import { oncePerVisit, type Visit } from "../../../console/app/visit";
import { SOON_DAYS } from "../../../console/editor/cell-view";
import { hasGates } from "../../../console/parts/gates";
import { isMarked } from "../../../console/parts/value";
import { readNamedAddress } from "../../../engine/directory-account";
import { splitAddress } from "../../../engine/sign-up/email";
import type { Row } from "../../../engine/sign-up/rule";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { LookAlike } from "../../look-alikes/look-alike";
import { findSilentGates, gatesThatDeny } from "../asked-lists";
import { findTooOpen } from "../entry-flaws";
import { findNextEnd, readRow } from "../row";
import { readLastEdit } from "../store/list-indexes";

export const shortList = oncePerVisit(({ world }) => world.accessList.short());

export const silentGates = oncePerVisit(({ world }) => findSilentGates(world.gates, (gate) => world.policiesAt(gate)));

/**
 * Names of the gates at which the row denies because no rule asks for approval. "" if it denies and there is only one gate. Undefined if it
 * denies at no gate.
 */
export function denyingGates(visit: Visit, row: Row): string | undefined {
  const denying = gatesThatDeny(readRow(row), silentGates(visit), visit.now);
  return denying.length === 0 ? undefined : hasGates(visit) ? denying.join(", ") : "";
}

/** Entries that were added outside Gatehouse and look like a known domain. They stay even after somebody has seen the warning. */
export const notedLooks = oncePerVisit(({ world }) => world.alike.unasked());

/** Entries of `notedLooks` whose last edit was outside Gatehouse: whoever saves one in Gatehouse sees the warning. */
export const unaskedAllows = oncePerVisit(async (visit): Promise<ReadonlyMap<string, LookAlike>> => {
  const looks = await notedLooks(visit);
  if (looks.size === 0) return looks;
  const domains = ownDomains(visit);
  const items = await visit.world.accessList.many([...looks.keys()]);
  return new Map([...looks].filter(([entry]) => !domains.includes(entry) && readLastEdit(items.get(entry) ?? {}) === undefined));
});

/** The visitor's addresses, also the one in a guest's user name. Only for warnings: any tenant can issue such names. */
export function ownAddresses({ session }: Visit): readonly string[] {
  return (session.userNames ?? []).flatMap((name) => readNamedAddress(name) ?? []);
}

export function ownDomains(visit: Visit): readonly string[] {
  return ownAddresses(visit).map((each) => splitAddress(each).domain);
}

type Counts = Readonly<Record<"all" | "expiring" | "warnings", number>>;

export interface ListTally {
  readonly counts: Counts;
  /** Numbers of the entries hidden at first. `warnings` is 0: entries with a warning are always shown. */
  readonly marked: Counts;
  readonly isAll: boolean;
  /** Entries whose `allowedUntil` is over and that end later: the index of ends has them at the time that is over. */
  readonly rested: readonly string[];
  /** Entries with a warning that no index finds, such as too open allows and approvals that ask nobody. */
  readonly judged: readonly string[];
  /** The rows with a warning, if they are few. */
  readonly warned: readonly Row[];
}

/** For this time, one instance of the function reuses the tally of a long list. */
const TALLY_MS = 60_000;
const FEW = 3;
const LONG = 1_000;
const tallies = new WeakMap<ConsolePorts, { readonly at: number; readonly tally: ListTally }>();
const countedColumns = ["entry", "effect", "issuer", "expiresAt", "allowedUntil", "gates", "problem", "note"];

export const tallyOf = oncePerVisit(async (visit): Promise<ListTally> => {
  const { world, now } = visit;
  const tallyEntry = tallies.get(world);
  // The parameter `set` means that the visitor has just written an entry: the list is counted again to include it.
  if (tallyEntry !== undefined && visit.query("set") === "" && Math.abs(now.getTime() - tallyEntry.at) < TALLY_MS) return tallyEntry.tally;
  const { items, isAll } = await world.accessList.cells(countedColumns, await shortList(visit));
  const rows = items.map(toRow).map((cells) => ({ cells, ...readRow(cells) }));
  const soon = now.getTime() + SOON_DAYS * MS_PER_DAY;
  const countRows = (some: typeof rows) => ({
    all: some.length,
    expiring: some.filter((row) => {
      const end = findNextEnd(row, now);
      return end !== undefined && end >= now.getTime() && end <= soon;
    }).length,
  });
  const flawedRows = rows.filter(({ cells }) => findTooOpen(cells, now).length > 0 || denyingGates(visit, cells) !== undefined);
  const wrong = rows.filter(
    ({ cells, problems, gates = [] }) =>
      cells.problem !== undefined || problems.length > 0 || gates.some((gate) => !world.gates.includes(gate)),
  );
  const judgedEntries = [...new Set([...(await unaskedAllows(visit)).keys(), ...flawedRows.map(({ cells }) => String(cells.entry))])];
  const warnedEntries = new Set([...judgedEntries, ...wrong.map(({ cells }) => String(cells.entry))]);
  const warnings = warnedEntries.size;
  const few = warnings > FEW ? [] : rows.flatMap(({ cells }) => (warnedEntries.has(String(cells.entry)) ? [cells] : []));
  const markedRows = rows.filter(({ cells }) => isHiddenAtFirst(visit, cells));
  const tally = {
    counts: { ...countRows(rows), warnings },
    marked: { ...countRows(markedRows), warnings: 0 },
    isAll,
    rested: rows.flatMap(({ cells, allowedUntil = Number.POSITIVE_INFINITY, expiresAt = 0 }) =>
      allowedUntil <= now.getTime() && now.getTime() < expiresAt ? [String(cells.entry)] : [],
    ),
    judged: judgedEntries,
    warned: few,
  };
  if (rows.length > LONG) tallies.set(world, { at: now.getTime(), tally });
  return tally;
});

/**
 * True if an entry is for one person and its note has a feature's mark, because there may be many such entries. An entry of a domain is
 * always shown.
 */
export function isHiddenAtFirst(visit: Visit, { entry, note }: Row): boolean {
  return isMarked(visit, note) && /[@:]/.test(String(entry));
}
