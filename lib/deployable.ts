import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { DefaultStackSynthesizer, type Stack, Token } from "aws-cdk-lib";
import { SetupError } from "./errors";
import { STAGE_VARIABLE } from "./stage";

export interface DeploymentCheck {
  readonly check: string;
  readonly faults?: readonly { readonly what: string; readonly fix: string }[];
}

type DeploymentChecks = (options: readonly string[], environment: NodeJS.ProcessEnv) => readonly DeploymentCheck[];

let checks: DeploymentChecks = () => [];

/** The entries in `bin/` call this: the checks belong to the command line, a layer above this folder. */
export function checkDeploymentsWith(chosen: DeploymentChecks): void {
  checks = chosen;
}

/**
 * Throws a SetupError before bundling if `cdk deploy` would fail in the end: without credentials, a bootstrapped region or a certificate.
 * Checks nothing at other commands, for a stack that is not deployed, or with credentials of another account than the stack's. `-c
 * doctor=false` turns the check off.
 */
export function assertDeployable(stack: Stack): void {
  const cdkArgs = cdkArguments();
  if (!cdkArgs?.includes("deploy") || !stack.bundlingRequired || `${stack.node.tryGetContext("doctor")}` === "false") return;
  // The CDK names an account only if its credentials work.
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION } = process.env;
  const isElsewhere = !Token.isUnresolved(stack.account) && stack.account !== account;
  if (isElsewhere) return;
  const region = Token.isUnresolved(stack.region) ? CDK_DEFAULT_REGION : stack.region;
  // Faults of these checks do not count. If the CDK may not assume a deploy role, it uses the rights of the credentials, which may be
  // enough.
  const passedOver = [
    "deploy-roles",
    ...(account === undefined ? [] : ["aws"]),
    ...(stack.synthesizer instanceof DefaultStackSynthesizer ? [] : ["bootstrap"]),
  ];
  const deploymentChecks = checks(
    [
      ...(Token.isUnresolved(stack.stackName) ? [] : ["--stack", stack.stackName]),
      ...(region === undefined ? [] : ["--region", region]),
      ...profileIn(cdkArgs),
    ],
    environmentFor(stack),
  );
  const faults = deploymentChecks.flatMap(({ check, faults = [] }) => (passedOver.includes(check) ? [] : faults));
  if (faults.length > 0) throw new SetupError(faults.map(({ what, fix }) => `${what}\n${fix}`).join("\n"));
}

function profileIn(cdkArgs: readonly string[]): readonly string[] {
  const [, joined] = /^--profile=(.+)$/.exec(cdkArgs.find((word) => word.startsWith("--profile=")) ?? "") ?? [];
  const namedProfile = joined ?? (cdkArgs.includes("--profile") ? cdkArgs[cdkArgs.indexOf("--profile") + 1] : undefined);
  return namedProfile === undefined ? [] : ["--profile", namedProfile];
}

/** Sets the context's `stage` only if the stack's name ends with it: an app may use the name `stage` for something else. */
function environmentFor(stack: Stack): NodeJS.ProcessEnv {
  const stage: unknown = stack.node.tryGetContext("stage");
  const isStage = typeof stage === "string" && stack.stackName.endsWith(`-${stage}`);
  return isStage ? { ...process.env, [STAGE_VARIABLE]: stage } : process.env;
}

/** Maximum number of parent processes to check: a shell and npm may be between the CDK's command line and the app. */
const ANCESTORS = 4;

/**
 * Returns the CDK's arguments, `["deploy", "--profile", "production"]`, from a parent process: the CDK does not pass them to an app.
 * Undefined if no CDK runs this app, or if the system does not show the command line.
 */
export function cdkArguments(): readonly string[] | undefined {
  if (process.env.CDK_CLI_VERSION === undefined) return undefined;
  let id = process.ppid;
  for (let count = 0; count < ANCESTORS && id > 1; count++) {
    const cdkProcess = findProcess(id);
    if (cdkProcess === undefined) return undefined;
    const cdkArgs = argumentsOfCdk(cdkProcess.words);
    if (cdkArgs !== undefined) return cdkArgs;
    id = cdkProcess.parent;
  }
  return undefined;
}

/** Undefined for another program's command line. */
export function argumentsOfCdk(words: readonly string[]): readonly string[] | undefined {
  const at = words.slice(0, 2).findIndex((word) => /(^|[\\/])cdk(\.js|\.cmd)?$/.test(word));
  return at === -1 ? undefined : words.slice(at + 1);
}

interface RunningProcess {
  readonly parent: number;
  readonly words: readonly string[];
}

function findProcess(id: number): RunningProcess | undefined {
  try {
    return process.platform === "linux" ? readProc(id) : readPs(id);
  } catch {
    return undefined;
  }
}

/** Reads a process from /proc. In `stat`, the state and then the parent come after the name in parentheses: proc(5). */
function readProc(id: number): RunningProcess {
  const stat = readFileSync(`/proc/${id}/stat`, "utf8");
  const words = readFileSync(`/proc/${id}/cmdline`, "utf8").split("\0").slice(0, -1);
  return { parent: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]), words };
}

/** Reads a process on macOS. `ps` splits a word with spaces, but no word that Gatehouse searches for has a space. */
function readPs(id: number): RunningProcess {
  const [parent, ...words] = execFileSync("ps", ["-o", "ppid=,args=", "-p", String(id)], { encoding: "utf8", stdio: "pipe" })
    .trim()
    .split(/\s+/);
  return { parent: Number(parent), words };
}
