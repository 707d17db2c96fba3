import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";

/** Licences under which what we ship may be used by anyone, for anything, without passing on their own source. */
const ALLOWED = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC0-1.0", "ISC", "MIT", "MIT-0", "Unlicense"];

interface Locked {
  readonly version: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly license?: string;
}

const { packages } = JSON.parse(readFileSync(join(packageRoot, "package-lock.json"), "utf8")) as { packages: Record<string, Locked> };
const production = Object.entries(packages).filter(([path, { dev }]) => path !== "" && !dev);

/** Of the lock, else of the package itself; packages for other systems are not installed, and licensed as those for this one. */
function licenceOf(path: string, locked: Locked): string {
  const manifest = join(packageRoot, path, "package.json");
  return locked.license ?? (existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")).license : undefined) ?? "none stated";
}

function isAllowed(expression: string): boolean {
  return expression
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((licence) => ALLOWED.includes(licence)));
}

it("looks at all that is shipped", () => {
  expect(production.length).toBeGreaterThan(80);
});

it("depends on nothing whose licence asks more than to be named", () => {
  const others = production
    .map(([path, locked]) => `${path}: ${licenceOf(path, locked)}`)
    .filter((line) => !isAllowed(line.split(": ")[1] as string));
  expect(others).toEqual([]);
});
