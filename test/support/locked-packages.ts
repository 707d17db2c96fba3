import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";

export interface LockedPackage {
  readonly version: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Every package of the lock, by its path. */
export const lockedPackages = readJson("package-lock.json").packages as Readonly<Record<string, LockedPackage>>;

/** Packages that only some verbs need: an app lists them itself. */
export const optionalPackages = Object.keys(readJson("package.json").peerDependenciesMeta as object);

/** The paths of these packages and of all that they bring. */
export function pathsWith(names: readonly string[]): readonly string[] {
  const paths = new Set(names.map((name) => `node_modules/${name}`));
  for (const path of paths) {
    const { dependencies, optionalDependencies } = lockedPackages[path] as LockedPackage;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
        const found = join(folder, "node_modules", name);
        if (lockedPackages[found] !== undefined) paths.add(found);
        if (lockedPackages[found] !== undefined || folder === "") break;
      }
    }
  }
  return [...paths];
}

function readJson(file: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(packageRoot, file), "utf8"));
}
