import { type CommandContext, exitCodes } from "../command";
import { counted } from "../output";
import { changesFor } from "./changes";
import type { EntraOptions } from "./options";
import { entraTenant } from "./tenant";
import { printPlan } from "./words";

/** `entra-gatehouse entra plan`: reads, and changes nothing. */
export async function planTenant(options: EntraOptions, session: CommandContext): Promise<void> {
  const { wanted, standing } = await entraTenant(options, session.output);
  const found = changesFor(wanted, await standing(), options);
  printPlan(found, options, session);
  const { changes, obstacles, byHand } = found;
  if (obstacles.length > 0) session.exitCode = exitCodes.failed;
  else if (changes.length + byHand.length > 0) session.exitCode = exitCodes.changes;
  if (options.json) return;
  session.output.print(changes.length === 0 ? "Nothing to apply." : `${counted(changes.length, "change")} for entra apply to make.`);
}
