import type { CommandContext, JsonOption } from "../command";
import { alignedTable, type Output } from "../output";
import type { EntraTenant } from "./entra-tenant";
import type { Change, Plan } from "./plan-of-changes";

/** A plan, a line each. */
export function printPlan(tenant: EntraTenant, plan: Plan, { json }: JsonOption, { output }: Pick<CommandContext, "output">): void {
  const { changes, obstacles, byHand, notes } = plan;
  if (json) {
    const { flow } = tenant;
    for (const change of changes) output.json({ flow, ...change });
    for (const obstacle of obstacles) output.json({ flow, obstacle });
    for (const each of byHand) output.json({ flow, byHand: each });
    for (const note of notes) output.json({ flow, note });
    return;
  }
  for (const line of alignedTable()(changes.map((change) => [change.action, tenant.objectOf(change), change.why]))) output.print(line);
  for (const each of byHand) output.print(`By hand: ${each}`);
  for (const obstacle of obstacles) output.print(`In the way: ${obstacle}`);
  for (const note of notes) output.print(`Note: ${note}`);
}

/** One change that was made. */
export function printDone({ flow, objectOf }: EntraTenant, change: Change, { json }: JsonOption, output: Output): void {
  if (json) output.json({ flow, ...change, done: true });
  else output.print(`${change.action}  ${objectOf(change)}`);
}

/** Which of several flows the lines below are about. */
export function printFlow({ flow }: EntraTenant, tenants: readonly EntraTenant[], { json }: JsonOption, { print }: Output): void {
  if (!json && tenants.length > 1) print(`${flow === tenants[0]?.flow ? "" : "\n"}${flow}`);
}
