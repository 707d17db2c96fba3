import { omit } from "../../engine/collections";
import { splitAddress } from "../../engine/sign-up/email";
import { type Concern, findClosedConcern, isDangerous, tooOpen, unknownIssuers } from "./breadth";
import type { ListEffect } from "./entry";
import { classNames, type Entry, entryKey, readEntry } from "./entry";
import { type Cells, covers, dropPastAllow, isAsStrict } from "./hygiene";
import { broadRows, type ComparedRow, comparedRow, deniedSpelling, fartherKeys, shadowOver } from "./overlap";
import { computeEffect, isLive, isSuspended, type ListRow, readRow } from "./row";

/** If an edit has more rows, they are not compared with the entries around them: `list lint` does that. */
export const COMPARED_ROWS = 20;

export interface EditedRow {
  readonly before?: Cells | undefined;
  readonly after?: Cells | undefined;
}

interface EditContext {
  readonly now: Date;
  readonly around?: readonly Cells[];
  readonly own?: readonly string[];
  /** Known domains that resemble each domain of `domainToCompare`, most similar first. */
  readonly alike?: ReadonlyMap<string, readonly { readonly like: string }[]>;
}

/** The domain whose people an edit lets in, for a comparison with known domains before the write. Undefined if it is not one domain. */
export function domainToCompare({ after }: EditedRow): string | undefined {
  if (after === undefined || !letsIn(readRow(after))) return undefined;
  const { means } = comparedRow(after);
  if (means?.kind === "address") return splitAddress(means.email).domain;
  return means?.kind === "domain" || means?.kind === "wildcard" ? means.domain : undefined;
}

/** True if the row allows, or has an `allowedUntil`, which may be over. */
export function letsIn({ effect, allowedUntil }: ListRow): boolean {
  return effect === "allow" || allowedUntil !== undefined;
}

export function keysAround({ after }: EditedRow): readonly string[] {
  if (after === undefined) return [];
  const { means, key, row } = comparedRow(after);
  if (means === undefined) return [];
  const keys = [...spellings(means), ...fartherKeys(means, row.effect), ...classNames];
  return [...new Set(keys)].filter((each) => each !== key && each !== after.entry);
}

function spellings(means: Entry): readonly string[] {
  const keys = [entryKey(means, "allow"), entryKey(means, "deny")];
  return means.kind === "domain" ? [...keys, `@${means.domain}`] : keys;
}

/** Dangerous concerns come first. */
export function checkEdit(edit: EditedRow, context: EditContext): readonly Concern[] {
  const { before, after } = edit;
  const endedDenyConcerns = denyThatEnds(edit, context.now);
  if (after === undefined) return endedDenyConcerns;
  const news = before === undefined ? findRowConcerns(after, context) : findNewConcerns(before, after, context);
  // If the edit turns a deny into a dangerous allow, the warning of the allow is enough.
  const opens = readRow(after).effect === "allow" && news.some(isDangerous);
  const relevant = omitUntrue(news, edit, context.now);
  return [...relevant, ...(opens ? [] : endedDenyConcerns)].toSorted((a, b) => Number(isDangerous(b)) - Number(isDangerous(a)));
}

/** Omits that the edit changes nothing, if it ends or suspends a deny or approval. */
export function omitUntrue(concerns: readonly Concern[], edit: EditedRow, now: Date): readonly Concern[] {
  return givesBack(edit, now) ? concerns.filter(({ code }) => code !== "shadowed") : concerns;
}

/** A dangerous concern that existed before counts as new if the row now reaches more people. */
function findNewConcerns(before: Cells, after: Cells, context: EditContext): readonly Concern[] {
  const earlier = findRowConcerns(before, context);
  const isWider = !covers(readRow(before), readRow(after));
  const isKnown = (concern: Concern) => earlier.some(({ code, about }) => code === concern.code && about === concern.about);
  // The code `expired` is no concern: a day in the past is the usual way to end an existing row.
  return findRowConcerns(after, context).filter((each) => each.code !== "expired" && (!isKnown(each) || (isDangerous(each) && isWider)));
}

function findRowConcerns(cells: Cells, { now, around = [], own, alike }: EditContext): readonly Concern[] {
  const row = comparedRow(cells);
  const { means } = row;
  if (means === undefined) return [];
  if (!isLive(row.row, now)) return row.row.void ? [] : [{ code: "expired", about: row.entry }];
  const { effect, issuer } = row.row;
  const breadth = [
    isSuspended(row.row, now) || effect === "allow" ? tooOpen(means, issuer) : undefined,
    effect === "allow" ? undefined : findClosedConcern(means, effect, own),
  ];
  const [known] = alike?.get(domainToCompare({ after: cells }) ?? "") ?? [];
  return [
    ...breadth.filter((concern) => concern !== undefined),
    ...(known === undefined ? [] : [{ code: "looksLike", about: known.like } as const]),
    ...unknownIssuers(means, issuer),
    ...checkRowsAround(row, means, around, now),
  ];
}

function checkRowsAround(row: ComparedRow, means: Entry, around: readonly Cells[], now: Date): readonly Concern[] {
  const others = around.map(comparedRow).filter((other) => isLive(other.row, now) && other.entry !== row.entry);
  const same = others.find(({ key }) => key === row.key);
  if (same !== undefined) return [{ code: "sameEntry", about: same.entry }];
  const comparedRows = broadRows();
  for (const other of others) comparedRows.add(other, now);
  const kinKeys = spellings(means);
  const kin = others.filter(({ key }) => kinKeys.includes(key));
  const deniedRow = deniedSpelling(row, kin);
  if (deniedRow !== undefined) return [{ code: "spellingDenied", about: deniedRow.entry }];
  // The rows in `around` are read by key, so an identity provider's entry may be missing from them. Assumes that the list has such an
  // entry, to report only what is certain.
  const broad = {
    get: comparedRows.get,
    has: (kind: Entry["kind"], effect: ListEffect) => kind === "issuer" || comparedRows.has(kind, effect),
  };
  const by = shadowOver(row, kin, broad);
  return by === undefined ? [] : [{ code: "shadowed", about: by }];
}

/** True if an edit may shut out people or make them wait, now or later. */
export function takesAway({ before, after }: EditedRow, now: Date): boolean {
  const [was, is] = [liveRow(before, now), liveRow(after, now)];
  const [wasAllow, isAllow] = [pickAllow(was), pickAllow(is)];
  if (wasAllow !== undefined && !(isAllow !== undefined && covers(isAllow, wasAllow))) return true;
  return is !== undefined && is.effect !== "allow" && !isAsStrict(was, is);
}

/** The rows by which edits deny people whom the list did not deny before. */
export function newDenies(edits: readonly EditedRow[], now: Date): readonly Cells[] {
  return edits.flatMap(({ before, after }) => {
    if (after === undefined) return [];
    const [was, is] = [liveRow(before, now), readRow(after)];
    return is.effect === "deny" && !(was?.effect === "deny" && isAsStrict(was, is)) ? [after] : [];
  });
}

/** True if an edit may let in people by ending, suspending, narrowing or easing a deny or approval. */
export function givesBack({ before, after }: EditedRow, now: Date): boolean {
  const [was, is] = [liveRow(before, now), liveRow(after, now)];
  return was !== undefined && was.effect !== "allow" && !isAsStrict(is, was);
}

/** True if an edit may let in somebody whom the list did not let in before. */
export function mayAdmit(edit: EditedRow, now: Date): boolean {
  const [wasAllow, isAllow] = [liveRow(edit.before, now), liveRow(edit.after, now)].map(pickAllow);
  return givesBack(edit, now) || (isAllow !== undefined && !(wasAllow !== undefined && covers(wasAllow, isAllow)));
}

function pickAllow(row: ListRow | undefined): Pick<ListRow, "issuer" | "gates" | "expiresAt"> | undefined {
  if (row === undefined || !letsIn(row)) return undefined;
  const { allowedUntil, expiresAt = Number.POSITIVE_INFINITY } = row;
  return allowedUntil === undefined ? row : { ...row, expiresAt: Math.min(allowedUntil, expiresAt) };
}

/** True if an edit may change the result of somebody's next try. A changed note or a later end changes none. */
export function changesToday({ before, after }: EditedRow, now: Date): boolean {
  const endless = (cells: Cells | undefined) => {
    const row = liveRow(cells, now);
    return row && { ...cells, effect: computeEffect(row, now), expiresAt: undefined, allowedUntil: undefined };
  };
  const edit = { before: endless(before), after: endless(after) };
  return takesAway(edit, now) || mayAdmit(edit, now);
}

export function denyThatEnds(edit: EditedRow, now: Date): readonly Concern[] {
  const { before, after } = edit;
  if (before === undefined || !givesBack(edit, now)) return [];
  const { entry, means, row } = comparedRow(before);
  if (means === undefined || (means.kind !== "wildcard" && tooOpen(means) === undefined)) return [];
  const is = liveRow(after, now);
  if (is !== undefined && isAsStrict(omit(is, "allowedUntil"), row)) return [{ code: "suspendsEntry", about: entry }];
  return [{ code: row.effect === "deny" ? "endsDeny" : "endsApproval", about: entry }];
}

export function isBroad({ before, after }: EditedRow): boolean {
  const read = readEntry(String((after ?? before)?.entry));
  return read.ok && read.entry.kind !== "address" && read.entry.kind !== "account";
}

function liveRow(cells: Cells | undefined, now: Date): ListRow | undefined {
  const row = cells === undefined ? undefined : readRow(cells);
  return row !== undefined && isLive(row, now) ? dropPastAllow(row, now) : undefined;
}
