import { setTimeout as sleep } from "node:timers/promises";
import type { CommandContext } from "../command";
import { CommandError } from "../failure";
import { counted } from "../output";
import type { EntraTenant } from "./entra-tenant";
import type { EntraOptions } from "./options";
import type { Change, Plan } from "./plan-of-changes";
import { withoutRepeats } from "./repeats";
import { entraTenants } from "./tenants";
import { printDone, printFlow, printPlan } from "./words";

/** What was changed shows within seconds. */
const READS = 5;
const FIRST_PAUSE_MS = 500;
/** A registration, what needs its id, and one to spare. */
const ROUNDS = 3;

/** `entra-gatehouse entra apply`. What stands already is left alone, so that one that was interrupted is ended by the next. */
export async function applyToTenant(options: EntraOptions, session: CommandContext): Promise<void> {
  const tenants = await entraTenants(options, session.output);
  const plans = await plansWithoutObstacles(tenants, options);
  const firstOnly = withoutRepeats();
  let count = 0;
  let isWhole = true;
  for (const [index, tenant] of tenants.entries()) {
    // What was made for one flow stands for the next.
    const plan = firstOnly(index === 0 ? (plans[0] as Plan) : await tenant.plan(options), tenant);
    printFlow(tenant, tenants, options, session.output);
    const done = await makeRounds(plan, tenant, options, session);
    count += done.count;
    isWhole &&= done.plan.byHand.length === 0;
    printPlan(tenant, { ...done.plan, changes: [] }, options, session);
  }
  if (options.json) return;
  const next = isWhole ? "Sign up once to see them work." : "What is left stands above.";
  session.output.print(count === 0 ? "Nothing to apply." : `${counted(count, "change")} made. ${next}`);
}

/** Makes a plan's changes, and those that only they made possible. @returns how many there were, and what the tenant shows then */
async function makeRounds(
  first: Plan,
  tenant: EntraTenant,
  options: EntraOptions,
  session: CommandContext,
): Promise<{ readonly count: number; readonly plan: Plan }> {
  const { credentials: _, ...rest } = options;
  let plan = first;
  let count = 0;
  for (let round = 1; plan.changes.length > 0; round++) {
    if (round > ROUNDS) throw new CommandError("Something else changes the tenant at the same time: repeat the command once it is done.");
    count += await makeAll(plan, tenant, options, session);
    plan = await readBack(plan, tenant, () => tenant.plan(rest));
  }
  return { count, plan };
}

/** Throws where anything is in the way of any flow. */
async function plansWithoutObstacles(tenants: readonly EntraTenant[], options: EntraOptions): Promise<readonly Plan[]> {
  const plans: Plan[] = [];
  for (const tenant of tenants) plans.push(await tenant.plan(options));
  const obstacles = plans.flatMap((plan) => plan.obstacles);
  if (obstacles.length > 0) throw new CommandError(`Nothing was changed. ${obstacles.join("\n")}`);
  return plans;
}

/** Makes a plan's changes in their order; says what is left where one fails. @returns how many there were */
export async function makeAll(
  { changes }: Plan,
  tenant: EntraTenant,
  options: EntraOptions,
  { output }: Pick<CommandContext, "output">,
): Promise<number> {
  const made = new Map<string, string>();
  for (const [index, change] of changes.entries()) {
    try {
      await tenant.make(change, made);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const left = `${counted(index, "change")} of ${changes.length} made; ${change.action} ${tenant.objectOf(change)} was not.`;
      throw new CommandError(`${left} ${error.message}\nThe same command again does the rest.`, undefined, { cause: error });
    }
    printDone(tenant, change, options, output);
  }
  return changes.length;
}

/** Reads back until the tenant shows what was made. @returns what it shows then: nothing of what was made is in it */
export async function readBack(plan: Plan, { objectOf }: Pick<EntraTenant, "objectOf">, read: () => Promise<Plan>): Promise<Plan> {
  if (plan.changes.length === 0) return plan;
  const keyOf = (change: Change) => `${change.action} ${objectOf(change)}`;
  const made = new Set(plan.changes.map(keyOf));
  for (let count = 1; ; count++) {
    const now = await read();
    const left = now.changes.find((change) => made.has(keyOf(change)));
    if (left === undefined && now.obstacles.length === 0) return now;
    if (count === READS) {
      throw new CommandError(
        left === undefined
          ? now.obstacles.join("\n")
          : `All changes were made, but the tenant does not show them: ${keyOf(left)}, because ${left.why}. Something else changes it too, or it is slow: see entra plan.`,
      );
    }
    await sleep(FIRST_PAUSE_MS * 2 ** (count - 1));
  }
}
