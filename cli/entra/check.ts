import { type CommandContext, exitCodes } from "../command";
import { momentFrom } from "../moments";
import { counted } from "../output";
import type { EntraTenant, Finding } from "./entra-tenant";
import type { EntraOptions } from "./options";
import { entraTenants } from "./tenants";
import { aboutFlow, printFlow } from "./words";

/** `entra-gatehouse entra check`: reads, and changes nothing. */
export async function checkTenant(
  { since, ...options }: EntraOptions & { readonly since?: string },
  session: CommandContext,
): Promise<void> {
  // Before anybody is asked to sign in.
  if (since !== undefined) momentFrom(since, new Date());
  const tenants = await entraTenants(options, session.output);
  let count = 0;
  for (const tenant of tenants) count += await checkOne(tenant, tenants, options, session);
  if (since !== undefined) count += await (await import("./seen/seen")).checkSeen({ ...options, since }, session);
  if (count > 0) session.exitCode = exitCodes.findings;
  if (!options.json) session.output.print(count === 0 ? "The tenant stands as the gate wants it." : counted(count, "finding"));
}

/** @returns how many findings there are */
async function checkOne(
  tenant: EntraTenant,
  tenants: readonly EntraTenant[],
  options: EntraOptions,
  { output }: CommandContext,
): Promise<number> {
  const { changes, obstacles, byHand, notes } = await tenant.plan(options);
  const findings: readonly Finding[] = [
    ...obstacles.map(byItself),
    ...changes.map((change) => ({ finding: tenant.findingOf(change), mend: "entra apply" })),
    ...byHand.map(byItself),
    ...tenant.findings,
  ];
  if (options.json) {
    for (const finding of findings) output.json({ ...aboutFlow(tenant), ...finding });
    return findings.length;
  }
  printFlow(tenant, tenants, options, output);
  for (const { finding, mend } of findings) output.print(mend === "" ? finding : `${finding}: ${mend}`);
  for (const note of notes) output.print(`Note: ${note}`);
  return findings.length;
}

/** These sentences name their mend. */
function byItself(finding: string): Finding {
  return { finding, mend: "" };
}
