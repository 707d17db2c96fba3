import childProcess from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { App, type Environment, LegacyStackSynthesizer, Stack } from "aws-cdk-lib";
import { checkBeforeDeploy } from "../../cli/before-deploy";
import { packageRoot } from "../../lib/app-root";
import * as cdkCommand from "../../lib/cdk-command";
import { assertDeployable, checkDeploymentsWith } from "../../lib/deployable";

beforeAll(() => checkDeploymentsWith(checkBeforeDeploy));
afterAll(() => checkDeploymentsWith(() => []));

const before = { ...process.env };
let asked: readonly string[][] = [];
let stages: readonly (string | undefined)[] = [];
let lines: readonly object[] = [];
beforeEach(() => {
  asked = [];
  stages = [];
  lines = [
    { check: "aws", faults: [] },
    { check: "bootstrap", faults: [{ id: "bootstrap.missing", what: "Not bootstrapped.", fix: "Run npx cdk bootstrap." }] },
    { check: "certificate", skipped: "there is no custom domain" },
  ];
  vi.spyOn(childProcess, "execFileSync").mockImplementation((_, args, options) => {
    stages = [...stages, options?.env?.GATEHOUSE_STAGE];
    asked = [...asked, [...(args as readonly string[])].slice(2)];
    throw Object.assign(new Error("Command failed"), { stdout: lines.map((line) => JSON.stringify(line)).join("\n") });
  });
  syncBuiltinESMExports();
  Object.assign(process.env, { CDK_DEFAULT_ACCOUNT: "111111111111", CDK_DEFAULT_REGION: "eu-west-1" });
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  process.env = { ...before };
});

function deploy(args: readonly string[] | undefined, { context = {}, ...props }: Given = {}): void {
  vi.spyOn(cdkCommand, "cdkArguments").mockReturnValue(args);
  assertDeployable(new Stack(new App({ context }), "Gatehouse", props));
}
interface Given {
  readonly context?: Record<string, unknown>;
  readonly env?: Environment;
  readonly stackName?: string;
  readonly synthesizer?: LegacyStackSynthesizer;
}

it("the check stops a deployment that would fail after bundling, and names the fix", () => {
  expect(() => deploy(["deploy", "--profile", "production"])).toThrow("Not bootstrapped.\nRun npx cdk bootstrap.");
  expect(asked).toEqual([["--before-deploy", "--json", "--stack", "Gatehouse", "--region", "eu-west-1", "--profile", "production"]]);
});

it("the check stops no deployment if only the CDK's roles cannot be assumed", () => {
  lines = [{ check: "deploy-roles", faults: [{ id: "deploy-roles.denied", what: "Not yours.", fix: "Ask." }] }];
  expect(() => deploy(["deploy"])).not.toThrow();
});

it("the check asks about the stage that the stack's settings name", () => {
  deploySilently("Gatehouse-test");
  expect(asked).toEqual([["--before-deploy", "--json", "--stack", "Gatehouse-test", "--region", "eu-west-1"]]);
  expect(stages).toEqual(["test"]);
});

it("the check ignores the context value stage if the stack's name does not contain that stage", () => {
  deploySilently("Portal");
  expect(stages).toEqual([undefined]);
});

function deploySilently(stackName: string): void {
  lines = [];
  expect(() => deploy(["deploy"], { context: { stage: "test" }, stackName })).not.toThrow();
}

it.each([
  { what: "a stack's own region", args: ["deploy"], env: { region: "eu-north-1" }, options: ["--region", "eu-north-1"] },
  { what: "a profile behind a sign", args: ["--profile=test", "deploy"], options: ["--region", "eu-west-1", "--profile", "test"] },
])("the check runs with $what", ({ args, env, options }) => {
  expect(() => deploy(args, { ...(env && { env }) })).toThrow("Not bootstrapped.");
  expect(asked).toEqual([["--before-deploy", "--json", "--stack", "Gatehouse", ...options]]);
});

it.each<{ what: string; args: readonly string[] | undefined; given?: Given }>([
  { what: "no command of the CDK's", args: undefined },
  { what: "cdk synth", args: ["synth", "--quiet"] },
  { what: "another stack that is deployed", args: ["deploy", "Other"], given: { context: { "aws:cdk:bundling-stacks": ["Other"] } } },
  { what: "an account that the CDK reaches by other means", args: ["deploy"], given: { env: { account: "222222222222" } } },
  { what: "-c doctor=false", args: ["deploy", "-c", "doctor=false"], given: { context: { doctor: "false" } } },
])("the check does not run for $what", ({ args, given }) => {
  expect(() => deploy(args, given)).not.toThrow();
  expect(asked).toEqual([]);
});

it("the check skips the bootstrap stack if the synthesizer needs none", () => {
  expect(() => deploy(["deploy"], { synthesizer: new LegacyStackSynthesizer() })).not.toThrow();
});

it.each([
  { account: undefined, stops: true },
  { account: "111111111111", stops: false },
])("the check stops a deployment without credentials, except if the CDK found an account: $account", ({ account, stops }) => {
  lines = [{ check: "aws", faults: [{ id: "aws.credentials", what: "No credentials.", fix: "Sign in." }] }];
  if (account === undefined) delete process.env.CDK_DEFAULT_ACCOUNT;
  const run = expect(() => deploy(["deploy"]));
  if (stops) run.toThrow("No credentials.\nSign in.");
  else run.not.toThrow();
});

it("the check stops no deployment if the check itself fails", () => {
  vi.spyOn(childProcess, "execFileSync").mockImplementation(() => {
    throw new Error("ETIMEDOUT");
  });
  syncBuiltinESMExports();
  expect(() => deploy(["deploy"])).not.toThrow();
});

it("no file in lib starts the command line, and so none starts the deployment check", () => {
  const files = readdirSync(join(packageRoot, "lib"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const starting = files.filter((file) =>
    /entra-gatehouse\.mjs|packageRoot, "bin"(?!, "typescript\.cjs")/.test(readFileSync(join(packageRoot, "lib", file), "utf8")),
  );
  expect(starting).toEqual([]);
});

it.each([
  { words: ["node", "/app/node_modules/.bin/cdk", "deploy"], args: ["deploy"] },
  { words: ["node", "/app/node_modules/aws-cdk/bin/cdk.js", "synth"], args: ["synth"] },
  { words: ["/usr/local/bin/cdk", "deploy", "--all"], args: ["deploy", "--all"] },
  { words: ["/bin/sh", "-c", "cdk deploy"], args: undefined },
  { words: ["npm", "exec", "cdk", "deploy"], args: undefined },
  { words: ["node", "--import", "tsx", "bin/app.ts"], args: undefined },
])("the check reads the CDK's command line: $words", ({ words, args }) => {
  expect(cdkCommand.argumentsOfCdk(words)).toEqual(args);
});
