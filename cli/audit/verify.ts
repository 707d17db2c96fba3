import { archiveMark } from "../../adapters/tables/ledger-rows";
import { type ChainHead, ChainVerifier } from "../../engine/audit/chain";
import { numberText } from "../../engine/audit/entry";
import { dayFrom } from "../../engine/sign-up/time";
import { flawText, trailOf } from "../audit-trail";
import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { type Deployment, deploymentFor } from "../deployment";
import { exitCodes } from "../exit-codes";
import { CommandError } from "../failure";
import { counted } from "../output";
import { archiveAt } from "./archive";
import { type ArchiveComparison, compared, differenceText, unreadableText } from "./compare";

export interface VerifyOptions extends DeploymentOptions, JsonOption {
  readonly from?: string;
  readonly to?: string;
  readonly head?: string;
  readonly archive?: string;
  readonly keepDays?: number;
}

/** Where a walk begins or ends: at a number, or with a day. */
type Place = { readonly number: string } | { readonly day: string };

/** `entra-gatehouse audit verify`. */
export async function verifyAudit(options: VerifyOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const [from, to, given] = [placeFrom(options.from, "--from"), placeFrom(options.to, "--to"), headFrom(options.head)];
  if (given !== undefined && !isOnWalk(given, from)) {
    throw new CommandError(
      `--head ${Number(given.number)} is before --from ${options.from}, and would not be looked at: begin at it, or leave out --from.`,
    );
  }
  const archive = options.archive === undefined ? undefined : await archiveAt(options.archive, options);
  const deployment = await deploymentFor(options);
  const trail = trailOf(deployment);
  const head = given ?? (await archivedHead(deployment, from));
  const verifier = new ChainVerifier();
  let hasHead = head === undefined;
  let before: ChainHead | undefined;
  let started = from === undefined;
  let walk: ChainVerifier = verifier;
  let ended = false;
  // The entry before the first is read along: it says what that one has to follow.
  const first = from !== undefined && "number" in from ? numberText(Math.max(0, Number(from.number) - 1)) : undefined;
  reading: for await (const rows of trail.rows(first)) {
    for (const row of rows) {
      if (head !== undefined && row.number === head.number) hasHead = row.hash === head.hash;
      if (!started && from !== undefined && isFrom(row, from)) {
        started = true;
        walk = new ChainVerifier(before);
      }
      before = row;
      if (!started) continue;
      ended ||= to !== undefined && isPast(row, to);
      if (ended) {
        walk.hear(row);
        if (!walk.waits && hasHead) break reading;
      } else if (!walk.look(row)) break reading;
    }
  }
  const { entries, erased, last, flaw } = walk.end();
  const cut = flaw === undefined && !hasHead && head !== undefined;
  // Nothing looked at proves nothing, where there should have been something.
  const nothing = flaw === undefined && entries === 0 && (from !== undefined || to !== undefined);
  const isWithin = (each: Placed) => (from === undefined || isFrom(each, from)) && (to === undefined || !isPast(each, to));
  const comparison = archive && (await compared(trail, archive, isWithin, new Date(), options.keepDays));
  const differs = comparison !== undefined && (comparison.difference ?? comparison.unreadable) !== undefined;
  if (options.json)
    output.json({
      sound: flaw === undefined && !cut && !nothing && !differs,
      entries,
      erased,
      ...(last && { last }),
      ...(flaw && { flaw }),
      ...(cut && { missing: head }),
      ...(comparison && { archive: comparison }),
    });
  else {
    if (flaw !== undefined) output.print(flawText(flaw));
    if (cut)
      output.print(`Entry ${Number(head.number)} is not there as it was: entries were cut off the end, or somebody rewrote the trail.`);
    if (nothing) output.print("There is no entry: nothing was checked.");
    const what = counted(entries, "entry", "entries");
    if (flaw === undefined && !cut && !nothing && entries === 0) output.print("The audit trail has no entries yet: nothing was checked.");
    else if (flaw === undefined && !cut && !nothing)
      output.print(`The audit trail is as it was written: ${what}${erased > 0 ? `, details of ${erased} erased` : ""}.`);
    if (comparison?.unreadable !== undefined) output.print(unreadableText(comparison.unreadable));
    if (comparison !== undefined) output.print(archiveText(comparison));
    if (last !== undefined) {
      const isEnd = to === undefined && flaw === undefined;
      output.print(`Last: ${Number(last.number)}:${last.hash} (${last.at})`);
      if (isEnd && head === undefined && comparison === undefined) output.print(unprovenEnd(last));
    }
  }
  if (flaw !== undefined || cut || nothing || differs) session.exitCode = exitCodes.findings;
}

/** A chain shows what is missing before an entry, never after its last one. */
function unprovenEnd({ number, hash }: ChainHead): string {
  return `This does not show entries cut off the end. Keep the line above elsewhere and compare next time: --head ${Number(number)}:${hash}. Or compare with an archive: --archive.`;
}

/** The entry that was archived last, if the walk comes by it. */
async function archivedHead({ dynamodb, tables, auditArchive }: Deployment, from: Place | undefined): Promise<ChainHead | undefined> {
  if (auditArchive === undefined || tables.ledger === undefined) return undefined;
  const head = await archiveMark(dynamodb, tables.ledger, auditArchive).read();
  return head !== undefined && isOnWalk(head, from) ? head : undefined;
}

function archiveText({ difference, entries, first, waiting }: ArchiveComparison): string {
  if (difference !== undefined) return differenceText(difference);
  if (first === undefined) return "The archive has no entries yet: nothing was compared.";
  const begins = Number(first) > 1 ? ` It begins with entry ${Number(first)}.` : "";
  const rest = waiting > 0 ? ` Not archived yet: ${waiting}.` : "";
  return `The archive holds the same: ${counted(entries, "entry", "entries")}.${begins}${rest}`;
}

/** Whether a walk that begins there comes by the head: the entry before the first is read along. */
function isOnWalk(head: Pick<ChainHead, "number">, from: Place | undefined): boolean {
  return from === undefined || "day" in from || Number(head.number) >= Number(from.number) - 1;
}

function placeFrom(typed: string | undefined, option: string): Place | undefined {
  if (typed === undefined) return undefined;
  if (/^\d{1,12}$/.test(typed)) return { number: numberText(Number(typed)) };
  const day = dayFrom(typed);
  if (day === undefined) throw new CommandError(`${option} ${typed} is neither a day nor an entry's number: write 2026-11-20 or 42.`);
  return { day: day.toISOString().slice(0, 10) };
}

function headFrom(typed: string | undefined): Pick<ChainHead, "number" | "hash"> | undefined {
  if (typed === undefined) return undefined;
  const [, number, hash] = /^(\d{1,12}):([0-9a-f]{64})$/.exec(typed) ?? [];
  if (number === undefined || hash === undefined)
    throw new CommandError(`--head ${typed} is not what audit verify prints: write 42:9f86….`);
  return { number: numberText(Number(number)), hash };
}

interface Placed {
  readonly number: string;
  readonly day: string;
}

function isFrom({ number, day }: Placed, from: Place): boolean {
  return "day" in from ? day >= from.day : number >= from.number;
}

function isPast({ number, day }: Placed, to: Place): boolean {
  return "day" in to ? day > to.day : number > to.number;
}
