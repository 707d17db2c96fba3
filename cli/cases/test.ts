import { type CommandContext, exitCodes, type JsonOption } from "../command";
import { CommandError } from "../failure";
import { runCases } from "./run";

export interface TestOptions extends JsonOption {
  readonly policy: string;
}

/** `entra-gatehouse test`: one line a case, what differs below the wrong ones. */
export async function test({ policy, json }: TestOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const results = await runCases(policy);
  if (results.length === 0) {
    throw new CommandError(`${policy} has no cases: put requests into ${policy}/cases/continue, block or invalid as .json files.`);
  }
  const wrong = results.filter(({ right }) => !right);
  for (const result of results) {
    if (json) {
      output.json(result);
      continue;
    }
    const { name, step, right, expected, got } = result;
    output.print(`${right ? "ok    " : "WRONG "}${name} (${step}): ${right ? got : `expected ${expected}, got ${got}`}`);
  }
  if (!json) output.print(`${results.length - wrong.length} of ${results.length} cases are right.`);
  session.exitCode = wrong.length === 0 ? exitCodes.done : exitCodes.failed;
}
