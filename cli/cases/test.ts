import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { type CommandContext, exitCodes, type GateOption, type JsonOption } from "../command";
import { CommandError } from "../failure";
import { namedGate, policyFolders, unknownGate } from "../gates";
import { type CaseResult, runCases } from "./run";

export interface TestOptions extends JsonOption, GateOption {
  readonly policy?: string;
}

/** `entra-gatehouse test`: one line a case, what differs below the wrong ones. */
export async function test(options: TestOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const { json } = options;
  const results: CaseResult[] = [];
  for (const [gate, folder] of foldersFor(options)) {
    const found = await runCases(folder, namedGate({ gate }));
    if (found.length === 0) {
      throw new CommandError(`${folder} has no cases: put requests into ${folder}/cases/continue, block or invalid as .json files.`);
    }
    results.push(...found);
  }
  const wrong = results.filter(({ right }) => !right);
  for (const result of results) {
    if (json) {
      output.json(result);
      continue;
    }
    const { gate, name, step, right, expected, got } = result;
    output.print(
      `${right ? "ok    " : "WRONG "}${gate === undefined ? "" : `${gate}: `}${name} (${step}): ${right ? got : `expected ${expected}, got ${got}`}`,
    );
  }
  if (!json) output.print(`${results.length - wrong.length} of ${results.length} cases are right.`);
  session.exitCode = wrong.length === 0 ? exitCodes.done : exitCodes.failed;
}

/** The policy folders whose cases are to run, by gate. */
function foldersFor({ gate, policy }: TestOptions): ReadonlyMap<string, string> {
  if (policy !== undefined) return new Map([[gate ?? DEFAULT_GATE, policy]]);
  const folders = policyFolders();
  if (gate === undefined) return folders;
  const folder = folders.get(gate);
  if (folder === undefined) throw unknownGate(gate, [...folders.keys()]);
  return new Map([[gate, folder]]);
}
