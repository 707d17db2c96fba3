import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { parseDay } from "../../../cli/typed";
import { type ChainHead, ChainVerifier } from "../chain";
import { numberText } from "../entry";
import { archiveMark } from "../store/archiver";
import type { AuditStore } from "../store/trail";
import { archiveAt } from "./archive";
import { type ArchiveComparison, compareWithArchive, differenceText, unreadableText } from "./compare";
import { flawText, openAuditStore } from "./trail";

export interface VerifyOptions extends DeploymentOptions, JsonOption {
  readonly from?: string;
  readonly to?: string;
  readonly head?: string;
  readonly archive?: string;
  readonly keepDays?: number;
}

type Place = { readonly number: string } | { readonly day: string };

export async function verifyAudit(options: VerifyOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const [from, to, given] = [placeFrom(options.from, "--from"), placeFrom(options.to, "--to"), headFrom(options.head)];
  assertOnWalk(given, from, options);
  const archive = options.archive === undefined ? undefined : await archiveAt(options.archive, options);
  const deployment = await deploymentFor(options);
  const trail = openAuditStore(deployment);
  const head = given ?? (await archivedHead(deployment, from));
  const { hasHead, ...chain } = await checkChain(trail, { from, to, head });
  const isWithin = (each: Placed) => (from === undefined || isFrom(each, from)) && (to === undefined || !isPast(each, to));
  const comparison = archive && (await compareWithArchive(trail, archive, isWithin, new Date(), options.keepDays));
  const { flaw, last, ...counts } = chain;
  const missing = flaw !== undefined || hasHead ? undefined : head;
  const faults: string[] = [];
  if (flaw) faults.push(flawText(flaw));
  if (missing)
    faults.push(`Entry ${Number(missing.number)} is not there as it was: entries were cut off the end, or somebody rewrote the trail.`);
  // If the range has no entry, the check proves nothing.
  if (!flaw && counts.entries === 0 && (from ?? to)) faults.push("There is no entry: nothing was checked.");
  const isSound = faults.length === 0 && (comparison?.difference ?? comparison?.unreadable) === undefined;
  if (!isSound) session.exitCode = exitCodes.findings;
  if (options.json) {
    output.json({ sound: isSound, ...counts, last, flaw, missing, archive: comparison });
    return;
  }
  for (const line of faults.length > 0 ? faults : [soundText(counts)]) output.print(line);
  if (comparison?.unreadable) output.print(unreadableText(comparison.unreadable));
  if (comparison !== undefined) output.print(archiveText(comparison));
  if (last === undefined) return;
  output.print(`Last: ${Number(last.number)}:${last.hash} (${last.at})`);
  // Without the end of a range, a head, a flaw or an archive, nothing proves where the log ends: a chain shows that entries are missing
  // before an entry, but not after the last one.
  if ([to, head, flaw, comparison].every((each) => each === undefined))
    output.print(
      `This does not show entries cut off the end. Keep the line above elsewhere and compare next time: --head ${Number(last.number)}:${last.hash}. Or compare with an archive: --archive.`,
    );
}

interface Stretch {
  readonly from: Place | undefined;
  readonly to: Place | undefined;
  /** An entry that must still exist unchanged. */
  readonly head: Pick<ChainHead, "number" | "hash"> | undefined;
}

async function checkChain(trail: Pick<AuditStore, "rows">, { from, to, head }: Stretch) {
  let verifier = new ChainVerifier();
  let hasHead = head === undefined;
  // The command also reads the entry before the range, because the range's first entry must follow that entry.
  const first = from !== undefined && "number" in from ? numberText(Math.max(0, Number(from.number) - 1)) : undefined;
  let [hasBegun, hasEnded] = [from === undefined, false];
  for await (const rows of trail.rows(first)) {
    for (const row of rows) {
      if (row.number === head?.number) hasHead = row.hash === head.hash;
      hasBegun ||= from === undefined || isFrom(row, from);
      hasEnded ||= to !== undefined && isPast(row, to);
      if (!hasBegun) verifier = new ChainVerifier(row);
      else if (hasEnded) {
        verifier.noteErasure(row);
        if (!verifier.hasUnexplainedErasure && hasHead) return { ...verifier.end(), hasHead };
      } else if (!verifier.check(row)) return { ...verifier.end(), hasHead };
    }
  }
  return { ...verifier.end(), hasHead };
}

function soundText({ entries, erased }: { readonly entries: number; readonly erased: number }): string {
  if (entries === 0) return "The audit trail has no entries yet: nothing was checked.";
  const details = erased > 0 ? `, details of ${erased} erased` : "";
  return `The audit trail is as it was written: ${formatCount(entries, "entry", "entries")}${details}.`;
}

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
  return `The archive holds the same: ${formatCount(entries, "entry", "entries")}.${begins}${rest}`;
}

function assertOnWalk(head: Stretch["head"], place: Place | undefined, { from }: VerifyOptions): void {
  if (head === undefined || isOnWalk(head, place)) return;
  throw new CommandError(
    `--head ${Number(head.number)} is before --from ${from}, so the entry would not be checked: begin at that entry, or leave out --from.`,
  );
}

/** True if the check reads the entry of `head`. The check begins one entry before `from`. */
function isOnWalk(head: Pick<ChainHead, "number">, from: Place | undefined): boolean {
  return from === undefined || "day" in from || Number(head.number) >= Number(from.number) - 1;
}

function placeFrom(word: string | undefined, option: string): Place | undefined {
  if (word === undefined) return undefined;
  if (/^\d{1,12}$/.test(word)) return { number: numberText(Number(word)) };
  return { day: parseDay(option, word, " or an entry's number") };
}

function headFrom(word: string | undefined): Pick<ChainHead, "number" | "hash"> | undefined {
  if (word === undefined) return undefined;
  const [, number, hash] = /^(\d{1,12}):([0-9a-f]{64})$/.exec(word) ?? [];
  if (number === undefined || hash === undefined) throw new CommandError(`--head ${word} is not what audit verify prints: write 42:9f86….`);
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
