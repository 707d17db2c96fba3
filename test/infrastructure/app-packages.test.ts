import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertAppPackages } from "../../lib/app-packages";
import { appRoot } from "../../lib/app-root";

const needed = { "aws-cdk-lib": "^2.276.1" };
let app: string;
beforeEach(() => {
  app = mkdtempSync(join(tmpdir(), "gatehouse-app-"));
});
afterEach(() => rmSync(app, { recursive: true }));

function install(version: string): void {
  const folder = join(app, "node_modules", "aws-cdk-lib");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "aws-cdk-lib", version }));
  writeFileSync(join(folder, "index.js"), "");
}

it.each(["2.276.1", "2.276.10", "2.300.0"])("an app with aws-cdk-lib %s is accepted for ^2.276.1", (version) => {
  install(version);
  expect(() => assertAppPackages(app, needed)).not.toThrow();
});

it.each(["2.276.0", "2.99.9", "3.0.0", "1.300.0"])(
  "an app with aws-cdk-lib %s is refused, and the error gives the command that installs the right version",
  (version) => {
    install(version);
    expect(() => assertAppPackages(app, needed)).toThrow(
      `Gatehouse needs aws-cdk-lib ^2.276.1, and this app has ${version}: run "npm install aws-cdk-lib@^2.276.1", then try again.`,
    );
  },
);

it("an app without a needed package is refused, and the error names the package", () => {
  expect(() => assertAppPackages(app, { "no-such-package": "^1.0.0" })).toThrow(
    /needs no-such-package \^1\.0\.0, and this app does not have it/,
  );
});

it("this repository has the packages that an app needs", () => expect(() => assertAppPackages(appRoot)).not.toThrow());
