import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { stackNameOf } from "../../../adapters/aws/deployment-name";
import { placeFlags } from "../../../cli/command";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { appRoot } from "../../../lib/app-root";
import type { DeployOptions } from "./step";

/** The arguments of the CDK. An app of one stack needs no name, and with a stage the CDK knows it by another. */
export function cdkWords(options: DeployOptions): readonly string[] {
  const isNamed = placeFlags({ stack: options.stack, ...(options.stage !== undefined && { stage: options.stage }) }).includes("--stack");
  return [
    "deploy",
    ...(isNamed ? [stackNameOf(options.stack)] : []),
    ...(options.profile === undefined ? [] : ["--profile", options.profile]),
    ...(options.yes ? ["--require-approval", "never"] : []),
  ];
}

/** Runs the app's own CDK, which asks at the terminal about rights. Throws CommandError where it fails. */
export async function cdkDeploy(options: DeployOptions): Promise<void> {
  const { region, json } = options;
  const env = { ...process.env, ...(region !== undefined && { AWS_REGION: region, AWS_DEFAULT_REGION: region }) };
  // Standard output belongs to the lines of JSON.
  const child = spawn(process.execPath, [cdkScript(), ...cdkWords(options)], {
    cwd: appRoot,
    env,
    stdio: ["inherit", json ? 2 : "inherit", "inherit"],
  });
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  if (signal !== null) throw new CommandError("cdk deploy was interrupted: the same command goes on.", exitCodes.interrupted);
  if (code !== 0) throw new CommandError("cdk deploy failed; what it printed above says why. Then run the same command again: it goes on.");
}

/** Not by npx, which would fetch what is not there. */
function cdkScript(): string {
  try {
    const file = createRequire(join(appRoot, "package.json")).resolve("aws-cdk/package.json");
    return join(file, "..", "bin", "cdk");
  } catch {
    throw new CommandError(`The app has no CDK in ${appRoot}: npm install --save-dev aws-cdk`);
  }
}
