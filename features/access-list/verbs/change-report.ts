import type { JsonOption } from "../../../cli/command";
import type { Output } from "../../../cli/output";
import { type DescribedEntry, describeEntry, summary } from "../describe-entry";
import type { EditedRow } from "../edit-check";
import { firstChanges, type ImportPlan } from "../files/plan";

export const EXAMPLES = 20;

interface ReportOptions extends JsonOption {
  readonly repeated: number;
  readonly dryRun?: boolean;
}

export function reportPlan(plan: ImportPlan, { repeated, dryRun, json }: ReportOptions, output: Output): void {
  const { added, changed, removed, unchanged } = plan.counts;
  const now = new Date();
  if (json) {
    output.json({ added, changed, removed, unchanged, repeated, ...(dryRun && { examples: describeExamples(plan, now) }) });
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

function describeExamples(plan: ImportPlan, now: Date) {
  return firstChanges(plan, EXAMPLES).flatMap(({ kind, edits }) => edits.map((edit) => ({ change: kind, ...describeChange(edit, now) })));
}

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
