import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { appFiles } from "../../features/init/verbs/app-files";
import { packageRoot } from "../../lib/app-root";
import { type LockedPackage, lockedPackages, optionalPackages, pathsWith } from "../support/locked-packages";
import { usersNode } from "../support/users-node";

/** Licences under which what we ship may be used by anyone, for anything, without passing on their own source. */
const ALLOWED = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC0-1.0", "ISC", "MIT", "MIT-0", "Unlicense"];

const packages = Object.entries(lockedPackages);
const production = packages.filter(([path, { dev }]) => path !== "" && !dev);
/** A new app has them all. */
const optional = pathsWith(optionalPackages);
const inApps = packages.filter(([path, { dev }]) => path !== "" && (!dev || optional.includes(path)));

/** Of the lock, else of the package itself; packages for other systems are not installed, and licensed as those for this one. */
function licenceOf(path: string, locked: LockedPackage): string {
  const manifest = join(packageRoot, path, "package.json");
  return locked.license ?? (existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")).license : undefined) ?? "none stated";
}

function isAllowed(expression: string): boolean {
  return expression
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((licence) => ALLOWED.includes(licence)));
}

it("the licence check covers every shipped package", () => {
  expect(production.length).toBeGreaterThan(80);
});

it("no dependency's licence requires more than a mention of the dependency", () => {
  const others = inApps
    .map(([path, locked]) => `${path}: ${licenceOf(path, locked)}`)
    .filter((line) => !isAllowed(line.split(": ")[1] as string));
  expect(others).toEqual([]);
});

describe("install scripts of packages", () => {
  const nameOf = (path: string) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const withScripts = inApps.filter(([, locked]) => locked.hasInstallScript && !locked.optional).map(([path]) => nameOf(path));

  // Each has what its script would look for or build: a package for each system, or a file.
  it.each([
    { name: "classic-level", systems: ["darwin-x64+arm64", "linux-arm64", "linux-x64", "win32-x64"] },
    { name: "esbuild", systems: ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-x64"] },
  ])("are unnecessary: $name ships the files that its script would make", ({ name, systems }) => {
    const made =
      name === "esbuild"
        ? production.flatMap(([path]) => (path.startsWith("node_modules/@esbuild/") ? path.slice("node_modules/@esbuild/".length) : []))
        : readdirSync(join(packageRoot, "node_modules", name, "prebuilds"));
    expect(made).toEqual(expect.arrayContaining(systems));
  });

  it("exist only in classic-level and esbuild, and run neither here nor in an app made by init", () => {
    const refused = { "classic-level": false, esbuild: false };
    expect(withScripts.sort()).toEqual(Object.keys(refused));
    const { allowScripts } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
    expect(allowScripts).toEqual(refused);
    const files = appFiles({ name: "app", packed: "vendor/entra-gatehouse.tgz", packageManager: "npm" });
    expect(JSON.parse(files["package.json"] as string).allowScripts).toEqual(refused);
  });
});

it("the SBOM lists each package that a user installs with its hash, and holds no date or serial number", () => {
  const sbom = execFileSync(usersNode, [join("scripts", "sbom.mjs")], { cwd: packageRoot, encoding: "utf8" });
  const { components, metadata } = JSON.parse(sbom) as { components: { purl: string; hashes?: object[] }[]; metadata: object };
  const purl = ([path, { version }]: [string, LockedPackage]) =>
    `pkg:npm/${path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length).replace("@", "%40")}@${version}`;
  expect(new Set(components.map((each) => each.purl))).toEqual(new Set(production.map(purl)));
  // What another package brings in itself has no hash of its own.
  const unhashed = components.filter(({ hashes }) => hashes === undefined).map((each) => each.purl);
  expect(
    unhashed.filter((each) => !production.some(([path, locked]) => path.includes("aws-cdk") && purl([path, locked]) === each)),
  ).toEqual([]);
  expect(metadata).toMatchObject({ component: { name: "entra-gatehouse" } });
  expect(sbom).not.toMatch(/timestamp|serialNumber/);
});
