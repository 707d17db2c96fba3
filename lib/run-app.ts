import { App } from "aws-cdk-lib";
import { describeFailure } from "./describe-failure";
import { PolicyError, SetupError } from "./errors";
import { summariseSynth } from "./synth-summary";

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
