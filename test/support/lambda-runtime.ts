import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";

/** The Lambda runtime's Node, which `npm test` installs. */
export const lambdaNode = join(packageRoot, "test", "lambda-runtime", "node_modules", "node", "bin", "node");

/** Fails where it is missing: a test that quietly ran on another version would prove nothing. */
export function lambdaNodeVersion(): string {
  if (!existsSync(lambdaNode)) throw new Error("The Lambda runtime's Node is not installed; npm test installs it.");
  return execFileSync(lambdaNode, ["--version"], { encoding: "utf8" }).trim();
}
