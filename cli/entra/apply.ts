import { setTimeout as sleep } from "node:timers/promises";
import type { CommandContext } from "../command";
import { CommandError } from "../failure";
import { counted } from "../output";
import { type Change, changesFor, type Plan } from "./changes";
import type { EntraOptions } from "./options";
import { type EntraTenant, entraTenant } from "./tenant";
import { objectWords, printDone, printPlan } from "./words";

/** What was changed shows within seconds. */
const READS = 5;
const FIRST_PAUSE_MS = 500;

/** `entra-gatehouse entra apply`. What stands already is left alone, so that one that was interrupted is ended by the next. */
export async function applyToTenant(options: EntraOptions, session: CommandContext): Promise<void> {
  const tenant = await entraTenant(options, session.output);
  const plan = changesFor(tenant.wanted, await tenant.standing(), options);
  if (plan.obstacles.length > 0) throw new CommandError(`Nothing was changed. ${plan.obstacles.join("\n")}`);
  await makeAll(plan, tenant, options, session);
  printPlan({ ...plan, changes: [] }, options, session);
  const { credentials: _, ...rest } = options;
  await readBack(plan, async () => changesFor(tenant.wanted, await tenant.standing(), rest).changes);
  if (options.json) return;
  session.output.print(
    plan.changes.length === 0
      ? "Nothing to apply."
      : `${counted(plan.changes.length, "change")} made. Sign up once to see them work: the password cannot be read back.`,
  );
}

/** Makes a plan's changes in their order; says what is left where one fails. */
export async function makeAll(
  { changes }: Plan,
  { make }: EntraTenant,
  options: EntraOptions,
  { output }: Pick<CommandContext, "output">,
): Promise<void> {
  const made = new Map<string, string>();
  for (const [index, change] of changes.entries()) {
    try {
      await make(change, made);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const left = `${counted(index, "change")} of ${changes.length} made; ${change.action} ${objectWords(change)} was not.`;
      throw new CommandError(`${left} ${error.message}\nThe same command again does the rest.`, undefined, { cause: error });
    }
    printDone(change, options, output);
  }
}

/** Reads back until the tenant shows what was made. @param differences what it does not show yet */
export async function readBack({ changes }: Pick<Plan, "changes">, differences: () => Promise<readonly Change[]>): Promise<void> {
  if (changes.length === 0) return;
  for (let count = 1; ; count++) {
    const [left] = await differences();
    if (left === undefined) return;
    if (count === READS) {
      throw new CommandError(
        `All changes were made, but the tenant does not show them: ${left.action} ${objectWords(left)}, because ${left.why}. Something else changes it too, or it is slow: see entra plan.`,
      );
    }
    await sleep(FIRST_PAUSE_MS * 2 ** (count - 1));
  }
}
