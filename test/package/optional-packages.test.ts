import { readFileSync } from "node:fs";
import { join } from "node:path";
import { appFiles } from "../../features/init/verbs/app-files";
import { assertOptionalPackages } from "../../lib/app-packages";
import { packageRoot } from "../../lib/app-root";

const { dependencies, devDependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
  readFileSync(join(packageRoot, "package.json"), "utf8"),
) as Record<string, Record<string, string>>;
const optional = Object.keys(peerDependenciesMeta ?? {});

it("an app that only deploys installs no database, identity provider or searcher", () => {
  expect(optional).toEqual(["dynalite", "fast-check", "oidc-provider"]);
  for (const name of optional) expect(dependencies).not.toHaveProperty(name);
});

it.each(optional)("%s has the same version in the tests, in the error for its absence, and in a new app", (name) => {
  expect(peerDependencies?.[name]).toBe(`^${devDependencies?.[name]}`);
  const app = JSON.parse(appFiles({ name: "app", packed: "packed.tgz", packageManager: "npm" })["package.json"] ?? "");
  expect(app.devDependencies).toHaveProperty([name], devDependencies?.[name]);
});

it("the error for a missing package contains the line that installs it", () => {
  expect(() => assertOptionalPackages("start")).not.toThrow();
  expect(() => assertOptionalPackages("start", "dynalite", "no-such-package")).toThrow(
    'start needs no-such-package: run "npm install --save-dev no-such-package@undefined", then try again.',
  );
});
