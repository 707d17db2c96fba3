import { type Item, toRow } from "../../../adapters/tables/item";
import type { ConsolePorts } from "../../../console/app/ports";
import type { Visit } from "../../../console/app/visit";
import { SOON_DAYS } from "../../../console/editor/cell-view";
import { isFlaggedOnly } from "../../../console/editor/table-page";
import { normaliseEmail, partsOf } from "../../../engine/sign-up/email";
import type { Row } from "../../../engine/sign-up/rule";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { LookAlike } from "../../look-alikes/store";
import { type Concern, isDangerous } from "../concern";
import { checkEdit } from "../edit-check";
import { readRow } from "../row";
import { lastEditOf } from "../store/list-indexes";

const shortLists = new WeakMap<Visit, Promise<readonly Item[] | undefined>>();

/** Every row of a short list, which a visit reads once. */
export function shortList(visit: Visit): Promise<readonly Item[] | undefined> {
  const read = shortLists.get(visit) ?? visit.world.accessList.short();
  shortLists.set(visit, read);
  return read;
}

/** Why an allow lets in more people than it seems to. A deny of many may be meant: the form that writes it says what it does. */
export function tooOpenOf(row: Row, now: Date): readonly Concern[] {
  return readRow(row).effect === "allow" ? checkEdit({ after: row }, { now }).filter(isDangerous) : [];
}

const noted = new WeakMap<Visit, Promise<ReadonlyMap<string, LookAlike>>>();

/** The entries that came from outside Gatehouse and look like a known domain, each with that one, also once somebody has seen it. */
export function notedLooks(visit: Visit): Promise<ReadonlyMap<string, LookAlike>> {
  const read = noted.get(visit) ?? visit.world.alike.unasked();
  noted.set(visit, read);
  return read;
}

const looks = new WeakMap<Visit, Promise<ReadonlyMap<string, LookAlike>>>();

/**
 * The allows that came from outside Gatehouse and look like a known domain, each with that one: nobody was warned. Whoever saves such an
 * entry here has seen the warning, and ends it.
 */
export function unaskedAllows(visit: Visit): Promise<ReadonlyMap<string, LookAlike>> {
  const read = looks.get(visit) ?? readUnasked(visit);
  looks.set(visit, read);
  return read;
}

async function readUnasked(visit: Visit): Promise<ReadonlyMap<string, LookAlike>> {
  const { world, session } = visit;
  const found = await notedLooks(visit);
  if (found.size === 0) return found;
  const own = partsOf(normaliseEmail(session.name) ?? "").domain;
  const items = await world.accessList.many([...found.keys()]);
  return new Map([...found].filter(([entry]) => entry !== own && lastEditOf(items.get(entry) ?? {}) === undefined));
}

/** What the views count. */
export interface ListTally {
  readonly counts: Readonly<Record<"all" | "allow" | "deny" | "expiring" | "warnings", number>>;
  /** Whether every row was counted. */
  readonly isAll: boolean;
  /** The entries that let in more people, or other people, than they seem to: no index finds them. */
  readonly tooOpen: readonly string[];
}

/** A long list is counted once a minute in each instance of the function. */
const TALLY_MS = 60_000;
/** Counting reads some megabytes, so not for each look. */
const TALLY_OF_WARNINGS_MS = 10_000;
const LONG = 1_000;
const tallies = new WeakMap<ConsolePorts, { readonly at: number; readonly tally: ListTally }>();
const counted = ["entry", "effect", "issuer", "expiresAt", "gates", "problem"];

export async function tallyOf(visit: Visit): Promise<ListTally> {
  const { world, now } = visit;
  const known = tallies.get(world);
  // Who has just written sees that counted, and who looks at warnings, nearly all of them.
  const age = visit.query("set") !== "" ? 0 : isFlaggedOnly(visit) ? TALLY_OF_WARNINGS_MS : TALLY_MS;
  if (known !== undefined && Math.abs(now.getTime() - known.at) < age) return known.tally;
  const { items, isAll } = await world.accessList.cells(counted, await shortList(visit));
  const rows = items.map(toRow).map((cells) => ({ cells, ...readRow(cells) }));
  const soon = now.getTime() + SOON_DAYS * MS_PER_DAY;
  const expiring = rows.filter(({ expiresAt }) => expiresAt !== undefined && expiresAt >= now.getTime() && expiresAt <= soon);
  const open = rows.filter(({ cells }) => tooOpenOf(cells, now).length > 0);
  const wrong = rows.filter(
    ({ cells, flaws, gates = [] }) => (cells.problem ?? flaws[0]) !== undefined || gates.some((gate) => !world.gates.includes(gate)),
  );
  const allow = rows.filter((row) => !row.void && row.effect === "allow").length;
  const deny = rows.filter((row) => !row.void && row.effect === "deny").length;
  const tooOpen = [...new Set([...(await unaskedAllows(visit)).keys(), ...open.map(({ cells }) => String(cells.entry))])];
  const warnings = new Set([...tooOpen, ...wrong.map(({ cells }) => String(cells.entry))]).size;
  const tally = { counts: { all: rows.length, allow, deny, expiring: expiring.length, warnings }, isAll, tooOpen };
  if (rows.length > LONG) tallies.set(world, { at: now.getTime(), tally });
  return tally;
}
