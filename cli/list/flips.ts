import { type EditedList, FLIP_DAYS, type FlippedPeople, type Flips, wouldFlip } from "../../adapters/preview/flips";
import { decisionStore } from "../../adapters/tables/decisions";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { type Deployment, rowsOf } from "../deployment";
import { policyFolderFor } from "../gates";
import { alignedTable, counted } from "../output";

/** Whom of the last 30 days an edit of the list would treat otherwise. */
export function flipsOf(edited: EditedList, deployment: Deployment, now: Date): Promise<Flips> {
  return wouldFlip(edited, {
    decisions: decisionStore(deployment.dynamodb, deployment.decisionsTable),
    read: rowsOf(deployment).read,
    policiesAt: (gate) => loadPolicyFolder(policyFolderFor({ gate }, deployment.policy)).map(({ policy }) => policy),
    hashes: () => deployment.hashes(),
    now,
  });
}

/** The same for people, a line each. */
export function flipLines({ refused, admitted, unclear, read, cut }: Flips): readonly string[] {
  const bound = cut ? ` Judged were the newest ${read} decisions: there are older ones.` : "";
  return [
    `Of the last ${FLIP_DAYS} days, ${counted(refused.count, "person", "people")} would now be refused, ${admitted.count} let through.${bound}`,
    ...(unclear.count === 0 ? [] : [`Of ${unclear.count} more it cannot be told${becauseOf(unclear.rules)}.`]),
    ...peopleLines("Would now be refused", refused),
    ...peopleLines("Would now be let through", admitted),
    ...peopleLines("Cannot be told", unclear),
  ];
}

function becauseOf(rules: readonly string[]): string {
  return rules.length === 0 ? "" : ` (${rules.join(", ")})`;
}

function peopleLines(title: string, { count, named }: FlippedPeople): readonly string[] {
  if (count === 0) return [];
  const rows = alignedTable()(named.map(({ email, step, reference, was, now }) => [email, step, reference, `${was} -> ${now}`]));
  const more = count > named.length ? [`  and ${count - named.length} more`] : [];
  return [`${title}: ${count}`, ...rows.map((row) => `  ${row}`), ...more];
}
