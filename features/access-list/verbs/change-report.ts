import type { JsonOption } from "../../../cli/command";
import type { Deployment } from "../../../cli/deployment";
import type { Output } from "../../../cli/output";
import { type Concern, opensToMany } from "../concern";
import { type DescribedEntry, describeEntry, summary } from "../describe-entry";
import { checkEdit, denyThatEnds, type EditedRow } from "../edit-check";
import { firstChanges, type ImportPlan } from "../files/plan";
import { covers } from "../hygiene";
import { type ListRow, readRow } from "../row";
import { silentGates, unaskedApproval } from "./entries";
import { concernText } from "./list-file";

export const EXAMPLES = 20;

interface ReportOptions extends JsonOption {
  readonly repeated: number;
  readonly dryRun?: boolean;
}

/** Prints an import's plan. A dry run also shows the first changes of each kind. */
export function reportPlan(plan: ImportPlan, { repeated, dryRun, json }: ReportOptions, output: Output): void {
  const { added, changed, removed, unchanged } = plan.counts;
  const now = new Date();
  if (json) {
    output.json({ added, changed, removed, unchanged, repeated, ...(dryRun && { examples: examplesOf(plan, now) }) });
    return;
  }
  output.print(`${added} to add, ${changed} to change, ${removed} to remove, ${unchanged} unchanged.`);
  if (repeated > 0) output.print(`Repeated in the file: ${repeated}.`);
  if (!dryRun) return;
  for (const { kind, edits } of firstChanges(plan, EXAMPLES)) {
    for (const edit of edits) output.print(differenceLine(describeChange(edit, now)));
    if (plan.counts[kind] > edits.length) output.print(`  and ${plan.counts[kind] - edits.length} more ${kind}`);
  }
}

function examplesOf(plan: ImportPlan, now: Date) {
  return firstChanges(plan, EXAMPLES).flatMap(({ kind, edits }) => edits.map((edit) => ({ change: kind, ...describeChange(edit, now) })));
}

/** A row before and after a change. */
export interface DescribedChange {
  readonly entry: string;
  readonly was?: DescribedEntry;
  readonly is?: DescribedEntry;
}

export function describeChange({ before, after }: EditedRow, now: Date): DescribedChange {
  const [was, is] = [before, after].map((cells) => cells && describeEntry(cells, now));
  return { entry: String((after ?? before)?.entry), ...(was && { was }), ...(is && { is }) };
}

/** `+ contoso.com: allow`, `- …`, `~ contoso.com: allow -> deny`. */
export function differenceLine({ entry, was, is }: DescribedChange): string {
  if (was === undefined) return `+ ${entry}: ${is && summary(is)}`;
  return is === undefined ? `- ${entry}: ${summary(was)}` : `~ ${entry}: ${summary(was)} -> ${summary(is)}`;
}

interface UnaskedApprovals {
  add(edit: EditedRow): void;
  /** Warns of new approvals that deny, where no rule asks for one. */
  tell(deployment: Deployment, output: Output): void;
}

/** Collects new approvals by the gates where they count: there are few such groups. */
export function unaskedApprovals(now: Date): UnaskedApprovals {
  const groups = new Map<string, { readonly first: string; readonly row: ListRow; count: number }>();
  return {
    add({ before, after }) {
      if (after === undefined) return;
      const [was, row] = [before && readRow(before), readRow(after)];
      if (row.effect !== "approval" || (was?.effect === "approval" && covers(was, row))) return;
      const at = row.gates?.join(", ") ?? "";
      const group = groups.get(at) ?? { first: String(after.entry), row, count: 0 };
      group.count += 1;
      groups.set(at, group);
    },
    tell(deployment, output) {
      if (groups.size === 0) return;
      const asked = { gates: deployment.gates, silent: silentGates(deployment) };
      for (const { first, row, count } of groups.values()) {
        const unasked = unaskedApproval(row, asked, now);
        if (unasked !== undefined) output.warn(`Warning: ${first}${count > 1 ? ` and ${count - 1} more` : ""}: ${unasked}`);
      }
    },
  };
}

const SHOWN = 20;

/** Collects edits that open the list to many, and denies of many that would end, by the console's check. */
export interface BroadEdits {
  add(edit: EditedRow): void;
  readonly count: number;
  readonly opens: readonly Concern[];
  /** Prints warnings before anything is written. The check of a file already warns about its own opening entries. */
  tell(output: Output): void;
}

export function broadEdits(now: Date): BroadEdits {
  const first: Concern[] = [];
  const opens: Concern[] = [];
  let ends = 0;
  return {
    add(edit) {
      const ended = denyThatEnds(edit, now);
      ends += ended.length;
      if (first.length < SHOWN) first.push(...ended);
      opens.push(...checkEdit(edit, { now }).filter(opensToMany));
    },
    get count() {
      return ends + opens.length;
    },
    opens,
    tell(output) {
      for (const concern of first) output.warn(`Warning: ${concernText(concern)}`);
      if (ends > first.length) output.warn(`and ${ends - first.length} more denies of many would end.`);
    },
  };
}
