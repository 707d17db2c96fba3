import { type CommandContext, exitCodes } from "../command";
import { counted } from "../output";
import type { EntraOptions } from "./options";
import { withoutRepeats } from "./repeats";
import { entraTenants } from "./tenants";
import { printFlow, printPlan } from "./words";

/** `entra-gatehouse entra plan`: reads, and changes nothing. */
export async function planTenant(options: EntraOptions, session: CommandContext): Promise<void> {
  const tenants = await entraTenants(options, session.output);
  const firstOnly = withoutRepeats();
  let count = 0;
  let left = 0;
  for (const tenant of tenants) {
    const found = firstOnly(await tenant.plan(options), tenant);
    printFlow(tenant, tenants, options, session.output);
    printPlan(tenant, found, options, session);
    const { changes, obstacles, byHand } = found;
    count += changes.length;
    left += byHand.length;
    if (obstacles.length > 0) session.exitCode = exitCodes.failed;
    else if (changes.length + byHand.length > 0 && session.exitCode !== exitCodes.failed) session.exitCode = exitCodes.changes;
  }
  if (options.json) return;
  const nothing = left === 0 ? "Nothing to apply." : "Nothing for entra apply to make: what is left is by hand.";
  session.output.print(count === 0 ? nothing : `${counted(count, "change")} for entra apply to make.`);
}
