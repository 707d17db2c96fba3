import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";

/** An app in the repository's own folder: the whole stack, or the check alone, which then finds something wherever it looks. */
const folder = mkdtempSync(join(packageRoot, ".local-test-deploy-"));
afterAll(() => rmSync(folder, { recursive: true }));

const APP = `
import { writeFileSync } from "node:fs";
import { App, Stack } from "aws-cdk-lib";
import { assertDeployable, checkDeploymentsWith } from "../lib/deployable";

function checkAlone() {
  checkDeploymentsWith(() => [{ check: "aws", faults: [{ what: "It looked.", fix: "" }] }]);
  assertDeployable(new Stack(new App(), "Other"));
}
function makeWhole() {
  const { GatehouseStack, runApp } = require("../bin/cdk");
  runApp((app) => new GatehouseStack(app, "Gatehouse", { policy: "policy" }));
}
if (process.env.CDK_CONTEXT_JSON.includes('"whole"')) makeWhole();
else checkAlone();
writeFileSync("passed", "");
`;
writeFileSync(join(folder, "app.ts"), APP);
writeFileSync(join(folder, "cdk.json"), JSON.stringify({ app: "node --require ../bin/typescript.cjs app.ts" }));

/** The CDK's own command line, without an AWS account. */
function cdk(...args: readonly string[]) {
  const env = { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: "true", CI: "true" };
  const ran = spawnSync(process.execPath, [join(packageRoot, "node_modules/aws-cdk/bin/cdk"), ...args], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  const passed = existsSync(join(folder, "passed"));
  rmSync(join(folder, "passed"), { force: true });
  return { exitCode: ran.status, said: `${ran.stdout}${ran.stderr}`, passed };
}

it("cdk deploy reports missing credentials before bundling", () => {
  const { exitCode, said, passed } = cdk("deploy", "-c", "whole=true");
  expect({ exitCode, passed }).toEqual({ exitCode: 1, passed: false });
  expect(said).toContain("There are no working AWS credentials.\nNo AWS credentials were found: check --profile or AWS_PROFILE");
});

it("cdk synth needs no AWS account", () => {
  expect(cdk("synth", "--quiet")).toMatchObject({ exitCode: 0, passed: true });
});
