import { type App, CfnResource, Stack } from "aws-cdk-lib";
import { cdkArguments } from "./cdk-command";
import { Gatehouse } from "./gatehouse";
import { readStage } from "./stage";

/** Prints at the end of `cdk synth` what the app contains, and the next command. */
export function summariseSynth(app: App): void {
  if (!isForPeople(cdkArguments(), process.env)) return;
  // The app registered its own `beforeExit` handler earlier, so the synthesis ends first. If it fails, this handler does not run.
  process.once("beforeExit", () => {
    const summary = synthSummary(app);
    if (summary !== undefined && !process.exitCode) process.stderr.write(`${summary}\n`);
  });
}

/** True for `cdk synth` without `--json`, outside CI: only there does a person read the output. */
export function isForPeople([verb, ...others]: readonly string[] = [], { CI }: NodeJS.ProcessEnv): boolean {
  return (verb === "synth" || verb === "synthesize") && !CI && !others.some((word) => word === "--json" || word === "-j");
}

/** Summarises an app. Undefined for an app without a Gatehouse. */
export function synthSummary(app: App): string | undefined {
  const all = app.node.findAll();
  const gates = all.filter((each) => each instanceof Gatehouse).flatMap(({ steps }) => [...new Set(steps.map(({ gate }) => gate))]);
  if (gates.length === 0) return undefined;
  const [stacks, resources] = [all.filter(Stack.isStack), all.filter(CfnResource.isCfnResource)];
  const stage = readStage(app);
  const counts = [count(gates.length, "gate"), count(resources.length, "resource"), count(stacks.length, "stack")].join(", ");
  return `Gatehouse: ${counts}. Next: npx cdk deploy${stage === undefined ? "" : ` -c stage=${stage}`}`;
}

function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
}
