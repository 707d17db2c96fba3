import type { CommandContext } from "../command";
import { confirmed } from "../confirmed";
import { counted } from "../output";
import { makeAll, readBack } from "./apply";
import { removalOf } from "./changes";
import type { EntraOptions } from "./options";
import { entraTenant } from "./tenant";
import { printPlan } from "./words";

export interface RemoveOptions extends EntraOptions {
  readonly attributes?: boolean;
  readonly yes?: boolean;
}

/** `entra-gatehouse entra remove`. */
export async function removeFromTenant(options: RemoveOptions, session: CommandContext): Promise<void> {
  const tenant = await entraTenant(options, session.output);
  const removal = async () => removalOf(tenant.wanted, await tenant.standing(), options.attributes ?? false);
  const plan = await removal();
  printPlan(options.json ? { ...plan, changes: [] } : plan, options, session);
  if (plan.changes.some(({ action }) => action === "unlink") && !options.yes) {
    await confirmed(`${options.userFlow} then lets everyone in whom its identity providers know. Go on?`);
  }
  await makeAll(plan, tenant, options, session);
  await readBack(plan, async () => (await removal()).changes);
  if (!options.json)
    session.output.print(plan.changes.length === 0 ? "Nothing to remove." : `${counted(plan.changes.length, "change")} made.`);
}
