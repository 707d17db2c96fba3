import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { auditLine } from "./list";
import { numberFrom, trailOf } from "./trail";
import { flawText } from "./verify";

/** `entra-gatehouse audit show`. */
export async function showAudit(typed: string, options: DeploymentOptions & JsonOption, { output }: CommandContext): Promise<void> {
  const number = numberFrom(typed);
  const entry = await trailOf(await deploymentFor(options)).get(number);
  if (entry === undefined) throw new CommandError(`There is no entry ${typed} in the audit trail.`);
  if (options.json) return output.json(entry);
  output.print(auditLine(entry));
  if (entry.before !== undefined) output.print(`  before: ${JSON.stringify(entry.before)}`);
  if (entry.after !== undefined) output.print(`  after:  ${JSON.stringify(entry.after)}`);
  if (entry.via === "outside") {
    output.print(
      "  Made outside Gatehouse. CloudTrail tells by whom, if data events of that table are switched on: look a few minutes around that time.",
    );
  }
  output.print(`  ${entry.flaw === undefined ? "As it was written." : flawText(entry.flaw)}`);
}
