import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { nearestFolderWith } from "./app-root";
import { packageRoot } from "./package-root";
import { SetupError } from "./setup-error";

/** Throws a SetupError that says what to install if the app at `folder` has another version of a package than this one works with. */
export function assertAppPackages(folder: string, needed: Readonly<Record<string, string>> = peers()): void {
  for (const [name, range] of Object.entries(needed)) {
    const version = installedVersion(name, folder);
    if (version !== undefined && isInRange(version, range)) continue;
    const found = version === undefined ? "does not have it" : `has ${version}`;
    throw new SetupError(`Gatehouse needs ${name} ${range}, and this app ${found}: run "npm install ${name}@${range}", then try again.`);
  }
}

function peers(): Readonly<Record<string, string>> {
  return (readManifest(packageRoot) as { peerDependencies?: Record<string, string> }).peerDependencies ?? {};
}

function installedVersion(name: string, folder: string): string | undefined {
  try {
    const entry = createRequire(join(folder, "package.json")).resolve(name);
    return readManifest(nearestFolderWith("package.json", dirname(entry)) as string).version;
  } catch {
    return undefined;
  }
}

function readManifest(folder: string): { readonly version?: string } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

/** Whether a version satisfies a caret range such as ^2.276.0: the same major version, and not older. */
function isInRange(version: string, range: string): boolean {
  const numbersIn = (text: string) => (text.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  const [major = 0, minor = 0, patch = 0] = numbersIn(version);
  const [sameMajor = 0, leastMinor = 0, leastPatch = 0] = numbersIn(range);
  return major === sameMajor && (minor > leastMinor || (minor === leastMinor && patch >= leastPatch));
}
