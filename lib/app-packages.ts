import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { nearestFolderWith, packageRoot } from "./app-root";
import { SetupError } from "./errors";

interface Misfit {
  readonly what: string;
  readonly fix: string;
}

/** Throws a SetupError, with the remedy, if the app at `folder` lacks a package that this package needs, or has another version. */
export function assertAppPackages(folder: string, neededPackages: Readonly<Record<string, string>> = peers()): void {
  const [misfit] = packageMisfits(folder, neededPackages);
  if (misfit !== undefined) throw new SetupError(`${misfit.what}: ${misfit.fix}, then try again.`);
}

/** Returns the packages of the app at `folder` that are missing, or whose version does not fit this package. */
export function packageMisfits(folder: string, neededPackages: Readonly<Record<string, string>> = peers()): readonly Misfit[] {
  return Object.entries(neededPackages).flatMap(([name, range]) => {
    const version = installedVersion(name, folder);
    // A caret range such as ^2.276.0: the same major version, and not older.
    if (version !== undefined && numbersIn(version)[0] === numbersIn(range)[0] && isAtLeast(version, range)) return [];
    const versionWords = version === undefined ? "does not have it" : `has ${version}`;
    return [{ what: `Gatehouse needs ${name} ${range}, and this app ${versionWords}`, fix: `run "npm install ${name}@${range}"` }];
  });
}

function peers(): Readonly<Record<string, string>> {
  const { peerDependencies = {}, peerDependenciesMeta = {} } = readManifest(packageRoot);
  return Object.fromEntries(Object.entries(peerDependencies).filter(([name]) => !(name in peerDependenciesMeta)));
}

/**
 * If optional packages are missing, throws a SetupError with the command that installs them. An app that only deploys does not need these
 * packages.
 * @param names @default all of them
 */
export function assertOptionalPackages(use: string, ...names: readonly string[]): void {
  const { peerDependencies = {}, peerDependenciesMeta = {} } = readManifest(packageRoot);
  const missing = (names.length > 0 ? names : Object.keys(peerDependenciesMeta)).filter((name) => !canLoad(name));
  if (missing.length === 0) return;
  const wantedPackages = missing.map((name) => `${name}@${peerDependencies[name]}`);
  throw new SetupError(`${use} needs ${missing.join(", ")}: run "npm install --save-dev ${wantedPackages.join(" ")}", then try again.`);
}

function canLoad(name: string): boolean {
  try {
    return require.resolve(name) !== "";
  } catch {
    return false;
  }
}

function installedVersion(name: string, folder: string): string | undefined {
  try {
    const entry = createRequire(join(folder, "package.json")).resolve(name);
    return readManifest(nearestFolderWith("package.json", dirname(entry)) as string).version;
  } catch {
    return undefined;
  }
}

interface Manifest {
  readonly version?: string;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: object;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

/** `least` is "20.19" or ">=20.19". */
export function isAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0, patch = 0] = numbersIn(version);
  const [leastMajor = 0, leastMinor = 0, leastPatch = 0] = numbersIn(least);
  if (major !== leastMajor) return major > leastMajor;
  return minor > leastMinor || (minor === leastMinor && patch >= leastPatch);
}

function numbersIn(text: string): readonly number[] {
  return (text.match(/\d+/g) ?? []).slice(0, 3).map(Number);
}
