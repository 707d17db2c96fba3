import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { appRoot, packageRoot } from "../lib/app-root";
import type { DeploymentCheck } from "../lib/deployable";

/** Doctor usually takes two or three seconds. After this time, the deployment continues without the remaining checks. */
const LIMIT_MS = 20_000;

/** Runs doctor as a process, because a CDK app runs synchronously: it can wait for a process but not for a promise. */
export function checkBeforeDeploy(options: readonly string[], env: NodeJS.ProcessEnv): readonly DeploymentCheck[] {
  const command = [join(packageRoot, "bin", "entra-gatehouse.mjs"), "doctor", "--before-deploy", "--json", ...options];
  return runCheck(() => execFileSync(process.execPath, command, { cwd: appRoot, encoding: "utf8", timeout: LIMIT_MS, stdio: "pipe", env }))
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as DeploymentCheck);
}

/** Returns the printed lines even if the check failed or took too long. */
function runCheck(run: () => string): readonly string[] {
  try {
    return run().split("\n");
  } catch (error) {
    return `${(error as { readonly stdout?: string }).stdout ?? ""}`.split("\n");
  }
}
