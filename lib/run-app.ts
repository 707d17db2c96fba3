import { App, CfnResource, Stack } from "aws-cdk-lib";
import { cdkArguments } from "./cdk-command";
import { describeFailure, PolicyError, SetupError } from "./errors";
import { Gatehouse } from "./gatehouse";
import { readStage } from "./stage";

/**
 * Creates a CDK app. If an option, a package, the policy or anything else is wrong, prints one sentence that says what, and
 * exits with code 1; with GATEHOUSE_DEBUG=1 it prints where, too.
 *
 * @example
 * runApp((app) => {
 *   new GatehouseStack(app, "Gatehouse", { policy: "policy" });
 * });
 */
export function runApp(make: (app: App) => void): void {
  orExit(() => {
    const app = new App({ autoSynth: false });
    make(app);
    // The CDK would synthesize at this moment too, but would print a stack trace for a faulty app.
    if (process.env.CDK_OUTDIR !== undefined) process.once("beforeExit", () => orExit(() => app.synth()));
    summariseSynth(app);
  });
}

function orExit(work: () => void): void {
  try {
    work();
  } catch (error) {
    console.error(explainError(error));
    // If the process went on, the CDK would synthesize the incomplete app at the end, and report another fault.
    process.exit(1);
  }
}

function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String((error as Partial<Error> | undefined)?.message ?? error);
  const isOurs = error instanceof PolicyError || error instanceof SetupError;
  return isOurs ? error.message : describeFailure(error.stack ?? error.message);
}

function summariseSynth(app: App): void {
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
