import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../lib/package-root";
import { SetupError } from "../lib/setup-error";

/**
 * Throws SetupError with the line that installs what is missing of some optional packages. An app that only deploys does without them;
 * `init` puts them into a new app.
 */
export function assertInstalled(use: string, ...names: readonly string[]): void {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const { peerDependencies } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  const wanted = missing.map((name) => `${name}@${peerDependencies[name]?.replace("^", "")}`);
  throw new SetupError(`${use} needs ${missing.join(" and ")}: run "npm install --save-dev ${wanted.join(" ")}", then try again.`);
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
