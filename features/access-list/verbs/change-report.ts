import type { JsonOption } from "../../../cli/command";
import type { Deployment } from "../../../cli/deployment";
import type { Output } from "../../../cli/output";
import { type Concern, opensToMany } from "../concern";
import { type DescribedEntry, describeEntry, summary } from "../describe-entry";
import { checkEdit, denyThatEnds, domainToCompare, type EditedRow } from "../edit-check";
import { firstChanges, type ImportPlan } from "../files/plan";
import { covers } from "../hygiene";
import { type ListRow, readRow } from "../row";
import { findKnown, openLookAlikes } from "./allowed-look-alikes";
import { silentGates, unaskedApproval } from "./entry-policies";
import { concernText } from "./list-file";

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

const COMPARED = 5_000;

/** Collects the warnings about an edit. The checks are those of the console. */
export function editWarnings(now: Date) {
  const endConcerns: Concern[] = [];
  const opens: Concern[] = [];
  /** Rows that newly require approval, by their gates. Each group gets one warning. */
  const approvals = new Map<string, { readonly first: string; readonly row: ListRow; count: number }>();
  const domains = new Set<string>();
  return {
    opens,
    add(edit: EditedRow): void {
      endConcerns.push(...denyThatEnds(edit, now));
      opens.push(...checkEdit(edit, { now }).filter(opensToMany));
      domains.add(domainToCompare(edit) ?? "");
      const [was, row] = [edit.before, edit.after].map((cells) => cells && readRow(cells));
      if (row?.effect !== "approval" || (was?.effect === "approval" && covers(was, row))) return;
      const gates = row.gates?.join(", ") ?? "";
      const group = approvals.get(gates) ?? { first: String(edit.after?.entry), row, count: 0 };
      group.count += 1;
      approvals.set(gates, group);
    },
    /**
     * Prints all warnings except those in `opens`. Returns the number of concerns: includes those in `opens` and domains that were
     * not compared, but no warnings about approvals.
     */
    async tell(deployment: Deployment, output: Output): Promise<number> {
      warnOfFirst(endConcerns.map(concernText), "denies of many would end", output);
      const approvalFacts = { gates: deployment.gates, silent: approvals.size === 0 ? [] : silentGates(deployment) };
      for (const { first, row, count } of approvals.values()) {
        const unaskedNotice = unaskedApproval(row, approvalFacts, now);
        if (unaskedNotice !== undefined) output.warn(`Warning: ${first}${count > 1 ? ` and ${count - 1} more` : ""}: ${unaskedNotice}`);
      }
      domains.delete("");
      const comparedDomains = [...domains].slice(0, COMPARED);
      const alike = await findKnown(comparedDomains, openLookAlikes(deployment));
      const lines = alike.map(([domain, about]) => `${domain}: ${concernText({ code: "looksLike", about })}`);
      warnOfFirst(lines, "look like a known domain", output);
      const uncompared = Math.max(domains.size - COMPARED, 0);
      if (uncompared > 0) output.warn(`${uncompared} more domains were not compared with known ones.`);
      return endConcerns.length + opens.length + alike.length + uncompared;
    },
  };
}

function warnOfFirst(lines: readonly string[], what: string, { warn }: Output): void {
  for (const line of lines.slice(0, EXAMPLES)) warn(`Warning: ${line}`);
  if (lines.length > EXAMPLES) warn(`and ${lines.length - EXAMPLES} more: ${what}.`);
}
