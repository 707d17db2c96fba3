import type { CommandContext } from "../command";
import { confirmed } from "../confirmed";
import { counted } from "../output";
import { makeAll, readBack } from "./apply";
import type { EntraTenant } from "./entra-tenant";
import type { EntraOptions } from "./options";
import type { RemovalOptions } from "./plan-of-changes";
import { withoutRepeats } from "./repeats";
import { entraTenants } from "./tenants";
import { printFlow, printPlan, titleOf } from "./words";

export interface RemoveOptions extends EntraOptions, RemovalOptions {
  readonly yes?: boolean;
}

/** `entra-gatehouse entra remove`. */
export async function removeFromTenant(options: RemoveOptions, session: CommandContext): Promise<void> {
  const tenants = await entraTenants(options, session.output);
  const removalOf = (tenant: EntraTenant) => tenant.removal({ ...options, alongside: takenOutWith(tenant, tenants) });
  const firstOnly = withoutRepeats();
  const planned = [];
  for (const tenant of tenants) planned.push({ tenant, plan: firstOnly(await removalOf(tenant), tenant) });
  for (const { tenant, plan } of planned) {
    printFlow(tenant, tenants, options, session.output);
    printPlan(tenant, options.json ? { ...plan, changes: [] } : plan, options, session);
  }
  const opened = planned.flatMap(({ tenant, plan }) =>
    plan.changes.some((each) => tenant.unlinks(each)) ? [titleOf(tenant, tenants)] : [],
  );
  if (opened.length > 0 && !options.yes) {
    await confirmed(`${opened.join(", ")} then lets everyone in whom its identity providers know. Go on?`);
  }
  // A connector that several flows call goes once none does.
  let count = 0;
  for (const { tenant, plan } of planned) {
    const unlinking = { ...plan, changes: plan.changes.filter((each) => tenant.unlinks(each)) };
    count += await makeAll(unlinking, tenant, options, session);
  }
  for (const tenant of tenants) {
    const rest = await removalOf(tenant);
    count += await makeAll(rest, tenant, options, session);
    await readBack(rest, tenant, () => removalOf(tenant));
  }
  if (!options.json) session.output.print(count === 0 ? "Nothing to remove." : `${counted(count, "change")} made.`);
}

type Place = Pick<EntraTenant, "flow" | "gate" | "tenant">;

/** The flows that the same gate is taken out of in the same run. One of another gate keeps what it calls of this one. */
export function takenOutWith({ gate, tenant }: Place, all: readonly Place[]): readonly string[] {
  return all.filter((each) => each.tenant === tenant && each.gate === gate).map(({ flow }) => flow);
}
