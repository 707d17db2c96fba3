import { App } from "aws-cdk-lib";
import { PolicyError } from "./policy-folder/policy-error";
import { SetupError } from "./setup-error";
import { summariseSynth } from "./synth-summary";

/**
 * Creates a CDK app. If an option, a package or the policy is wrong, prints one sentence that says what to do, and exits
 * with code 1.
 *
 * @example
 * runApp((app) => {
 *   new GatehouseStack(app, "Gatehouse", { policy: "policy" });
 * });
 */
export function runApp(make: (app: App) => void): void {
  try {
    const app = new App();
    make(app);
    summariseSynth(app);
  } catch (error) {
    if (!(error instanceof PolicyError || error instanceof SetupError)) throw error;
    console.error(error.message);
    // At once: an app left to end by itself synthesizes what there is of it, and complains of that as well.
    process.exit(1);
  }
}
