import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseStackName } from "../../../adapters/aws/deployment-name";
import { placeFlags } from "../../../cli/command";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { appRoot } from "../../../lib/app-root";
import type { DeployOptions } from "./step";

/** Omits the default stack's name: an app of one stack needs none, and the CDK has another name for a stage's default stack. */
export function cdkWords(options: DeployOptions): readonly string[] {
  const isNamed = placeFlags({ stack: options.stack, stage: options.stage }).includes("--stack");
  return [
    "deploy",
    ...(isNamed ? [parseStackName(options.stack)] : []),
    ...(options.profile === undefined ? [] : ["--profile", options.profile]),
    ...(options.yes ? ["--require-approval", "never"] : []),
  ];
}

/** Runs the app's own CDK, which asks at the terminal about permissions. Throws CommandError if it fails. */
export async function cdkDeploy(options: DeployOptions): Promise<void> {
  const { region, json, stack } = options;
  const env = { ...process.env, ...(region !== undefined && { AWS_REGION: region, AWS_DEFAULT_REGION: region }) };
  const [verb = "deploy", ...words] = cdkWords(options);
  const name = parseStackName(stack);
  const cdkArgs = words[0] === name ? [await findConstruct(name, env), ...words.slice(1)] : words;
  // Standard output has only the lines of JSON, so the CDK's output goes to standard error.
  const child = spawn(process.execPath, [cdkScript(), verb, ...cdkArgs], {
    cwd: appRoot,
    env,
    stdio: ["inherit", json ? 2 : "inherit", "inherit"],
  });
  let isInterrupted = false;
  // At Ctrl-C, a terminal interrupts the CDK as well. This command waits until the CDK has ended, and then prints how to continue.
  const onInterrupt = () => {
    isInterrupted = true;
  };
  process.on("SIGINT", onInterrupt);
  const [code, signal] = (await once(child, "exit").finally(() => process.off("SIGINT", onInterrupt))) as [number | null, string | null];
  if (signal !== null || (isInterrupted && code !== 0))
    throw new CommandError("cdk deploy was interrupted: the same command goes on.", exitCodes.interrupted);
  if (code !== 0) throw new CommandError("cdk deploy failed; what it printed above says why. Then run the same command again: it goes on.");
}

/** Finds the CDK's name of a stack. In AWS the stack may have another name, which settings.ts sets. */
async function findConstruct(name: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, [cdkScript(), "list", "--long", "--json"], {
    cwd: appRoot,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [listed] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (child.exitCode !== 0) throw new CommandError("cdk list failed; what it printed above says why.");
  const stacks = JSON.parse(listed) as readonly { readonly id: string; readonly name: string }[];
  const stack = stacks.find((each) => each.name === name);
  if (stack === undefined) throw new CommandError(`The app has no stack ${name}: it has ${stacks.map((each) => each.name).join(", ")}.`);
  return stack.id;
}

/** Returns the path of the CDK's script. `npx` is not used, because it would download a missing package. */
function cdkScript(): string {
  try {
    const file = createRequire(join(appRoot, "package.json")).resolve("aws-cdk/package.json");
    return join(file, "..", "bin", "cdk");
  } catch {
    throw new CommandError(`The app has no CDK in ${appRoot}: npm install --save-dev aws-cdk`);
  }
}
