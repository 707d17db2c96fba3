import type { EntraTenant } from "./entra-tenant";
import type { Plan } from "./plan-of-changes";

/** Leaves out of the plans of several flows, one after the other, what an earlier one makes for all flows of its gate. */
export function withoutRepeats(): (plan: Plan, tenant: EntraTenant) => Plan {
  const planned = new Set<string>();
  return (plan, tenant) => ({
    ...plan,
    changes: plan.changes.filter((change) => {
      const key = JSON.stringify([tenant.tenant, change]);
      if (!tenant.isShared(change)) return true;
      if (planned.has(key)) return false;
      planned.add(key);
      return true;
    }),
  });
}
