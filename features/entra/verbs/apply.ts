import { setTimeout as sleep } from "node:timers/promises";
import type { CommandContext, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import type { Finding } from "../../../cli/graph/access";
import { alignedTable, formatCount, type Output } from "../../../cli/output";
import { momentFrom } from "../../../cli/typed";
import type { Change, EntraTenant, Plan, RemovalOptions } from "./changes";
import { entraTenants, openFlowTenants } from "./flows";
import type { EntraOptions } from "./options";

/** Limit of the reads until Graph shows a change. A change shows within seconds; all reads together wait half a minute. */
const READS = 7;
const FIRST_PAUSE_MS = 500;
/** Rounds of changes: a registration and a flow, the objects that need their ids, the flow's applications, and one to spare. */
const ROUNDS = 4;

/** `entra-gatehouse entra plan`. Only reads. */
export async function planTenant(given: EntraOptions, session: CommandContext): Promise<void> {
  const options = { ...given, looks: true };
  const tenants = await entraTenants(options, session.output);
  const firstOnly = buildRepeatFilter();
  let count = 0;
  let remainingCount = 0;
  let isBlocked = false;
  for (const tenant of tenants) {
    const plan = firstOnly(await buildFlowPlan(tenant, tenants, options), tenant);
    printFlow(tenant, tenants, options, session.output);
    printPlan(tenant, plan, options, session.output);
    const { changes, obstacles, byHand } = plan;
    count += changes.length;
    remainingCount += byHand.length;
    isBlocked ||= obstacles.length > 0;
    if (obstacles.length > 0) session.exitCode = exitCodes.failed;
    else if (changes.length + byHand.length > 0 && session.exitCode !== exitCodes.failed) session.exitCode = exitCodes.changes;
  }
  if (options.json) return;
  // An obstacle at one flow stops the changes of all flows, as in `entra apply`.
  if (isBlocked) return session.output.print("entra apply would change nothing while something is in the way.");
  const nothing = remainingCount === 0 ? "Nothing to apply." : "entra apply has nothing to change: the rest is done by hand.";
  session.output.print(count === 0 ? nothing : `entra apply would make ${formatCount(count, "change")}.`);
}

/** `alongside` names all flows of this run in the tenant. Changes with `isAfterAll` are planned only with the last of these flows. */
async function buildFlowPlan(tenant: EntraTenant, all: readonly EntraTenant[], options: EntraOptions): Promise<Plan> {
  if (tenant.flow === undefined) return await tenant.plan(options);
  const ofTenant = all.filter(({ flow, tenant: there }) => flow !== undefined && there === tenant.tenant);
  const plan = await tenant.plan({ ...options, alongside: ofTenant.flatMap(({ flow }) => flow ?? []) });
  if (tenant === ofTenant.at(-1)) return plan;
  return { ...plan, changes: plan.changes.filter((change) => !tenant.isAfterAll(change)) };
}

/** `entra-gatehouse entra check`. Only reads. */
export async function checkTenant(
  { since, doors, ...given }: EntraOptions & { readonly since?: string; readonly doors?: boolean },
  session: CommandContext,
): Promise<void> {
  const options = { ...given, looks: true };
  // Reports a wrong time before anybody is asked to sign in.
  if (since !== undefined) momentFrom(since, new Date());
  const tenants = await entraTenants(options, session.output);
  let count = 0;
  for (const tenant of tenants) count += await checkOne(tenant, tenants, options, session);
  if (since !== undefined) count += await (await import("./seen/seen")).checkSeen({ ...options, since }, session);
  if (doors) await (await import("./doors/doors")).printDoors(options, session);
  if (count > 0) session.exitCode = exitCodes.findings;
  if (!options.json) session.output.print(count === 0 ? "The tenant is set up as the gate needs it." : formatCount(count, "finding"));
}

async function checkOne(
  tenant: EntraTenant,
  tenants: readonly EntraTenant[],
  options: EntraOptions,
  { output }: CommandContext,
): Promise<number> {
  const { changes, obstacles, byHand, notes } = await buildFlowPlan(tenant, tenants, options);
  // The text of an obstacle or of work by hand already says what to do.
  const complete = (finding: string): Finding => ({ finding, fix: "" });
  const findings: readonly Finding[] = [
    ...obstacles.map(complete),
    ...changes.map((change) => ({ finding: tenant.findingOf(change), fix: "entra apply" })),
    ...byHand.map(complete),
    ...(await tenant.findings()),
  ];
  if (options.json) {
    for (const finding of findings) output.json({ ...aboutFlow(tenant), ...finding });
    return findings.length;
  }
  printFlow(tenant, tenants, options, output);
  for (const { finding, fix } of findings) output.print(fix === "" ? finding : `${finding}: ${fix}`);
  for (const note of notes) output.print(`Note: ${note}`);
  return findings.length;
}

/** Skips changes that are already made, so after an interruption the next run makes the rest. */
export async function applyToTenant(options: EntraOptions, session: CommandContext): Promise<void> {
  const tenants = await entraTenants(options, session.output);
  const plans = await plansWithoutObstacles(tenants, options);
  const firstOnly = buildRepeatFilter();
  let count = 0;
  let isWhole = true;
  for (const [index, tenant] of tenants.entries()) {
    // Planned again, because a later flow may need new objects of the flows before it.
    const plan = firstOnly(index === 0 ? (plans[0] as Plan) : await buildFlowPlan(tenant, tenants, options), tenant);
    printFlow(tenant, tenants, options, session.output);
    const roundsResult = await makeRounds(
      plan,
      tenant,
      { options, read: (readOptions) => buildFlowPlan(tenant, tenants, readOptions) },
      session,
    );
    count += roundsResult.count;
    isWhole &&= roundsResult.plan.byHand.length === 0;
    printPlan(tenant, { ...roundsResult.plan, changes: [] }, options, session.output);
  }
  if (options.json) return;
  const next = isWhole ? "Sign up once to see them work." : "The lines above say what is left.";
  session.output.print(count === 0 ? "Nothing to apply." : `${formatCount(count, "change")} made. ${next}`);
}

/** Makes a plan's changes, then the changes that become possible after them. @returns the number of changes, and the plan afterwards */
async function makeRounds(
  first: Plan,
  tenant: EntraTenant,
  { options, read }: { readonly options: EntraOptions; readonly read: (options: EntraOptions) => Promise<Plan> },
  session: CommandContext,
): Promise<{ readonly count: number; readonly plan: Plan }> {
  const { credentials: _, ...rest } = options;
  let plan = first;
  let count = 0;
  for (let round = 1; plan.changes.length > 0; round++) {
    if (round > ROUNDS) throw new CommandError("Something else changes the tenant at the same time: repeat the command once it is done.");
    const early = plan.changes.filter((change) => !tenant.isAfterReadBack(change));
    const batch = early.length === 0 ? plan : { ...plan, changes: early };
    count += await makeAll(batch, tenant, options, session);
    plan = await readBack(batch, tenant, options, () => read(rest));
  }
  return { count, plan };
}

async function plansWithoutObstacles(tenants: readonly EntraTenant[], options: EntraOptions): Promise<readonly Plan[]> {
  const plans: Plan[] = [];
  for (const tenant of tenants) plans.push(await buildFlowPlan(tenant, tenants, options));
  const obstacles = plans.flatMap((plan) => plan.obstacles);
  if (obstacles.length > 0) throw new CommandError(`Nothing was changed. ${obstacles.join("\n")}`);
  return plans;
}

/** If a change fails, the error says how many were made. @returns the number of changes */
async function makeAll({ changes }: Plan, tenant: EntraTenant, options: EntraOptions, { output }: CommandContext): Promise<number> {
  const madeIds = new Map<string, string>();
  const notes = new Set<string>();
  for (const [index, change] of changes.entries()) {
    try {
      const note = await tenant.make(change, madeIds);
      if (note) notes.add(note);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const progressText = `${formatCount(index, "change")} of ${changes.length} made; ${change.action} ${tenant.objectOf(change)} was not.`;
      throw new CommandError(`${progressText} ${error.message}\nRepeat the command to do the rest.`, undefined, { cause: error });
    }
    if (options.json) output.json({ ...aboutFlow(tenant), ...change, done: true });
    else output.print(`${change.action}  ${tenant.objectOf(change)}`);
  }
  printPlan(tenant, { changes: [], obstacles: [], byHand: [], notes: [...notes] }, options, output);
  return changes.length;
}

/** Repeats `read` until the tenant shows the plan's changes. @returns the plan that `read` returns then, without these changes */
async function readBack(plan: Plan, { objectOf }: EntraTenant, { time }: EntraOptions, read: () => Promise<Plan>): Promise<Plan> {
  if (plan.changes.length === 0) return plan;
  const buildChangeKey = (change: Change) => `${change.action} ${objectOf(change)}`;
  const madeKeys = new Set(plan.changes.map(buildChangeKey));
  for (let count = 1; ; count++) {
    const now = await read();
    const remainingChange = now.changes.find((change) => madeKeys.has(buildChangeKey(change)));
    if (remainingChange === undefined && now.obstacles.length === 0) return now;
    if (count === READS) {
      throw new CommandError(
        remainingChange === undefined || now.obstacles.length > 0
          ? now.obstacles.join("\n")
          : `All changes were made, but the tenant does not show them: ${buildChangeKey(remainingChange)}, because ${remainingChange.why}. Something else changes it too, or it is slow: see entra plan.`,
      );
    }
    await (time?.sleep ?? sleep)(FIRST_PAUSE_MS * 2 ** (count - 1));
  }
}

export interface RemoveOptions extends EntraOptions, RemovalOptions {
  readonly yes?: boolean;
}

export async function removeFromTenant(options: RemoveOptions, session: CommandContext): Promise<void> {
  const tenants = await openFlowTenants(options, session.output);
  const planRemoval = (tenant: EntraTenant) => tenant.removal({ ...options, alongside: takenOutWith(tenant, tenants) });
  const firstOnly = buildRepeatFilter();
  const removalPlans: { readonly tenant: EntraTenant; readonly plan: Plan; readonly unlinking: readonly Change[] }[] = [];
  for (const tenant of tenants) {
    const plan = firstOnly(await planRemoval(tenant), tenant);
    removalPlans.push({ tenant, plan, unlinking: plan.changes.filter(({ action }) => /^unlink( application)?$/.test(action)) });
  }
  for (const { tenant, plan } of removalPlans) {
    printFlow(tenant, tenants, options, session.output);
    printPlan(tenant, options.json ? { ...plan, changes: [] } : plan, options, session.output);
  }
  const listTitles = (isClosing: boolean) =>
    removalPlans.flatMap(({ tenant, plan: { isClosed = false }, unlinking }) =>
      unlinking.length > 0 && isClosed === isClosing ? [formatTitle(tenant, tenants)] : [],
    );
  const [opened, closed] = [listTitles(false), listTitles(true)];
  if (opened.length + closed.length > 0 && !options.yes) {
    const effects = [
      ...(opened.length > 0 ? [`${opened.join(", ")} lets in everyone that its identity providers know`] : []),
      ...(closed.length > 0 ? [`nobody signs up by ${closed.join(", ")}`] : []),
    ];
    await requireConfirmation(`After this, ${effects.join(", and ")}. Go on?`);
  }
  // All flows are disconnected before any deletion: a connector can be deleted only once no flow calls it.
  let count = 0;
  for (const { tenant, plan, unlinking } of removalPlans) count += await makeAll({ ...plan, changes: unlinking }, tenant, options, session);
  for (const tenant of tenants) {
    const rest = await planRemoval(tenant);
    count += await makeAll(rest, tenant, options, session);
    await readBack(rest, tenant, options, () => planRemoval(tenant));
  }
  if (!options.json) session.output.print(count === 0 ? "Nothing to remove." : `${formatCount(count, "change")} made.`);
}

type Place = Pick<EntraTenant, "flow" | "gate" | "tenant">;

/** Returns the flows that the run disconnects from this gate in this tenant. Flows of other gates keep their calls. */
export function takenOutWith({ gate, tenant }: Place, all: readonly Place[]): readonly string[] {
  return all.filter((each) => each.tenant === tenant && each.gate === gate).flatMap(({ flow }) => flow ?? []);
}

/** A change that belongs to all flows of a gate (`isShared`) stays only in the first plan of the run that has it. */
function buildRepeatFilter(): (plan: Plan, tenant: EntraTenant) => Plan {
  const plannedKeys = new Set<string>();
  return (plan, tenant) => ({
    ...plan,
    changes: plan.changes.filter((change) => {
      const key = JSON.stringify([tenant.tenant, change]);
      if (!tenant.isShared(change)) return true;
      if (plannedKeys.has(key)) return false;
      plannedKeys.add(key);
      return true;
    }),
  });
}

function printPlan(tenant: EntraTenant, plan: Plan, { json }: JsonOption, output: Output): void {
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

function printFlow(tenant: EntraTenant, tenants: readonly EntraTenant[], { json }: JsonOption, { print }: Output): void {
  if (json || tenants.length === 1) return;
  if (tenant !== tenants[0]) print("");
  print(formatTitle(tenant, tenants));
}

function formatTitle(
  { flow = "The functions' sign-in to Microsoft Graph", gate, tenant }: EntraTenant,
  tenants: readonly EntraTenant[],
): string {
  const isAlone = tenants.every((other) => other.tenant === tenant);
  return `${flow}${gate === undefined ? "" : ` at the gate ${gate}`}${isAlone || tenant === undefined ? "" : ` in ${tenant}`}`;
}

function aboutFlow({ flow, gate, tenant }: EntraTenant): object {
  return { flow, gate, tenant };
}
