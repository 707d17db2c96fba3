import { type Item, toRow } from "../../../adapters/tables/item";
import { describeEntry, summary } from "../../../engine/access-list/describe-entry";
import { type FileRow, readCells } from "../../../engine/access-list/files/row";
import { inMemory } from "../../../engine/access-list/files/workspace";
import { entryWords } from "../../../engine/messages/operator/entries";
import { listProblemText } from "../../../engine/messages/operator/list-problems";
import { dayFrom, MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import { versionOf } from "../../editor/row-writes";
import type { FormProblem } from "../../parts/forms";
import { hasGates } from "../../parts/gates";
import { visible } from "../../parts/value";
import { type EntryPlan, planRows, writePlan } from "../access-list/access-list-write";
import { groupTexts } from "./group-texts";
import type { QueueAsked } from "./queue-asked";

/** Entries offered for a group end after that many days, unless another day is chosen. */
const USUAL_DAYS = 30;

export function usualDay(now: Date): string {
  return new Date(now.getTime() + USUAL_DAYS * MS_PER_DAY).toISOString().slice(0, 10);
}

/** The entry that lets in everybody else from a group's domain. */
export interface GroupEntry {
  readonly row: FileRow;
  readonly plan: EntryPlan;
  /** Of the current row in its place: the operator has seen it. */
  readonly version: string;
}

/** The entry that a form asks for, or what is wrong with it. */
export async function groupEntry(
  visit: Visit,
  asked: QueueAsked,
  day: string,
  note: string,
): Promise<GroupEntry | { readonly problem: FormProblem }> {
  const { domain = "", provider, gate } = asked;
  const date = dayFrom(day);
  if (date === undefined || date.getTime() + MS_PER_DAY <= visit.now.getTime())
    return { problem: { field: "until", text: visit.say(groupTexts).badDay } };
  const read = readCells({
    entry: domain,
    effect: "allow",
    expiresAt: day,
    ...(provider !== undefined && { issuer: provider }),
    ...(gate !== undefined && hasGates(visit) && { gates: gate }),
    ...(note !== "" && { note }),
  });
  if (!read.ok) return { problem: listProblemText(visit.language, read.problems.join("; ")) };
  const rows = inMemory.groups<FileRow>("group");
  rows.add(read.row.entry, read.row);
  const plan = await planRows(visit, rows);
  const current = currentOf(plan, read.row);
  return { row: read.row, plan, version: current === undefined ? "none" : versionOf(current) };
}

function currentOf({ current }: EntryPlan, { entry }: FileRow): Item | undefined {
  return current.get(entry);
}

/** Writes it as a change set. @returns its id; "same" if the entry is already so; undefined if somebody was quicker */
export async function writeGroupEntry(visit: Visit, { row, plan }: GroupEntry): Promise<string | "same" | undefined> {
  const { added, changed, removed } = plan.counts;
  if (added + changed + removed === 0) return "same";
  const { set, keptCount } = await writePlan(visit, plan, "console", row.entry);
  return keptCount > 0 ? undefined : set.id;
}

/** The entry as it is and as it will be. */
export function EntryDifference({ visit, entry: { row, plan } }: { readonly visit: Visit; readonly entry: GroupEntry }) {
  const current = currentOf(plan, row);
  const words = (cells: Parameters<typeof describeEntry>[0]) => (
    <bdi class="value">{visible(summary(describeEntry(cells, visit.now), visit.say(entryWords)))}</bdi>
  );
  return (
    <p>
      <bdi class="value">{visible(row.entry)}</bdi>: {current === undefined ? null : <>{words(toRow(current))} → </>}
      {words({ ...row })}
    </p>
  );
}
