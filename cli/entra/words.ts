import type { CommandContext, JsonOption } from "../command";
import { alignedTable, type Output } from "../output";
import type { EntraTenant } from "./entra-tenant";
import type { Change, Plan } from "./plan-of-changes";

/** A plan, a line each. */
export function printPlan(tenant: EntraTenant, plan: Plan, { json }: JsonOption, { output }: Pick<CommandContext, "output">): void {
  const { changes, obstacles, byHand, notes } = plan;
  if (json) {
    const about = aboutFlow(tenant);
    for (const change of changes) output.json({ ...about, ...change });
    for (const obstacle of obstacles) output.json({ ...about, obstacle });
    for (const each of byHand) output.json({ ...about, byHand: each });
    for (const note of notes) output.json({ ...about, note });
    return;
  }
  for (const line of alignedTable()(changes.map((change) => [change.action, tenant.objectOf(change), change.why]))) output.print(line);
  for (const each of byHand) output.print(`By hand: ${each}`);
  for (const obstacle of obstacles) output.print(`In the way: ${obstacle}`);
  for (const note of notes) output.print(`Note: ${note}`);
}

/** One change that was made. */
export function printDone(tenant: EntraTenant, change: Change, { json }: JsonOption, output: Output): void {
  if (json) output.json({ ...aboutFlow(tenant), ...change, done: true });
  else output.print(`${change.action}  ${tenant.objectOf(change)}`);
}

/** Which of several flows the lines below are about. */
export function printFlow(tenant: EntraTenant, tenants: readonly EntraTenant[], { json }: JsonOption, { print }: Output): void {
  if (json || tenants.length === 1) return;
  if (tenant !== tenants[0]) print("");
  print(titleOf(tenant, tenants));
}

/** A flow as it is told from the others: with its tenant where there are several. */
export function titleOf({ flow, gate, tenant }: EntraTenant, tenants: readonly EntraTenant[]): string {
  const isAlone = tenants.every((other) => other.tenant === tenant);
  return [flow, ...(gate === undefined ? [] : [`at the gate ${gate}`]), ...(isAlone || tenant === undefined ? [] : [`in ${tenant}`])].join(
    " ",
  );
}

/** What each line of JSON says of the flow that it is about. */
export function aboutFlow({ flow, gate, tenant }: EntraTenant): object {
  return { flow, ...(gate !== undefined && { gate }), ...(tenant !== undefined && { tenant }) };
}
