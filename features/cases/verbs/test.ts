import type { CommandContext, GateOption, JsonOption } from "../../../cli/command";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { namedGate, unknownGate } from "../../../cli/gates";
import { interruptible } from "../../../cli/long-tasks";
import { policyFolders } from "../../../cli/policy-folders";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { appRoot } from "../../../lib/app-root";
import { checkTypesOfPolicies, throwClearer } from "../../../lib/policy-folder/policy-types";
import { settingsIn } from "../../../lib/settings";
import { writeUpdates } from "../../../local/cases/case-file";
import type { CaseResult, CasesRun } from "../../../local/cases/run";
import { runSupervised, type Supervision } from "../../../local/cases/supervised";
import { caseLines, coverageLines, updateLines } from "./report";

export interface TestOptions extends JsonOption, GateOption {
  readonly policy?: string;
  readonly update?: boolean;
  readonly watch?: boolean;
  readonly requireCoverage?: "rules" | "reasons";
}

export async function test(options: TestOptions, session: CommandContext): Promise<void> {
  if (!options.watch) return await testOnce(options, session);
  const { watchCases } = await import("./watch");
  const run = (signal: AbortSignal) => testOnce(options, session, { signal });
  const folders = () => [...foldersFor(options).values()];
  await interruptible(({ signal: stop }) => watchCases({ folders, output: session.output, run, stop }));
  session.exitCode = exitCodes.done;
}

async function testOnce(options: TestOptions, session: CommandContext, supervision: Supervision = {}): Promise<void> {
  const { output } = session;
  const runs: CasesRun[] = [];
  const folders = foldersFor(options);
  if (options.policy === undefined) await checkSettings();
  for (const [gate, folder] of folders) {
    const showOutput = (text: string) => output.warn(text.trimEnd());
    const run = runSupervised({ folder, gate: namedGate({ gate }) }, { onOutput: showOutput, ...supervision });
    runs.push(await run.catch((error: unknown) => throwClearer(error, [folder])));
  }
  // The policies are loaded before the compiler checks them, because an error at loading says how to fix the policy. A compiler error says
  // only what is wrong.
  checkTypesOfPolicies([...new Set(folders.values())]);
  const without = [...folders.values()].find((_, index) => runs[index]?.results.length === 0);
  if (without !== undefined)
    throw new CommandError(`${without} has no cases: put files of cases into ${without}/cases, as docs/cases.md of the package shows.`);
  session.exitCode = report(runs, options, session);
}

function report(runs: readonly CasesRun[], options: TestOptions, { output }: CommandContext): CommandContext["exitCode"] {
  const results = runs.flatMap((run) => run.results);
  // A case that cannot be run cannot be updated.
  const isUpdated = ({ right, got }: CaseResult) => options.update === true && !right && got !== undefined;
  const wrong = results.filter((each) => !each.right && !isUpdated(each));
  // Gates that share a folder have the same updates, so each update is kept once.
  const updatesByCase = new Map(runs.flatMap((run) => run.updates).map((each) => [`${each.file} ${each.index}`, each]));
  const updates = options.update ? [...updatesByCase.values()] : [];
  writeUpdates(updates);
  for (const warning of new Set(runs.flatMap((run) => run.warnings))) output.warn(`Warning: ${warning}`);
  const coverage = {
    rules: runs.flatMap((run) => run.coverage.rules),
    reasons: runs.flatMap((run) => run.coverage.reasons),
  };
  if (options.json) {
    for (const result of results) output.json(result);
    output.json({ coverage });
  } else {
    const lines = [...results.filter((each) => !isUpdated(each)).flatMap(caseLines), ...updates.flatMap(updateLines)];
    for (const line of [...lines, ...coverageLines(coverage, options.requireCoverage)]) output.print(line);
    const reviewText = updates.length === 0 ? "" : `, ${updates.length} of them as updated: review them`;
    output.print(`${results.length - wrong.length} of ${results.length} cases are right${reviewText}.`);
  }
  if (wrong.length > 0) return exitCodes.failed;
  const missedCounts = { rules: coverage.rules.length, reasons: coverage.rules.length + coverage.reasons.length };
  return options.requireCoverage !== undefined && missedCounts[options.requireCoverage] > 0 ? exitCodes.findings : exitCodes.done;
}

/** Throws SetupError for settings that synth rejects: because of a mistyped setting, the cases of a gate might not be run. */
async function checkSettings(): Promise<void> {
  const settings = settingsIn(appRoot);
  // Checking options loads all constructs, which takes time.
  if (Object.keys(settings).length === 0) return;
  const [{ omitStackProps }, { assertOptions }] = await Promise.all([
    import("../../../lib/gatehouse-stack"),
    import("../../../lib/gatehouse-options"),
  ]);
  assertOptions(omitStackProps({ policy: "policy", ...settings }));
}

function foldersFor({ gate, policy }: TestOptions): ReadonlyMap<string, string> {
  if (policy !== undefined) return new Map([[gate ?? DEFAULT_GATE, policy]]);
  const folders = policyFolders();
  if (gate === undefined) return folders;
  const folder = folders.get(gate);
  if (folder === undefined) throw unknownGate(gate, [...folders.keys()]);
  return new Map([[gate, folder]]);
}
