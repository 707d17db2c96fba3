import { DefaultStackSynthesizer, type Stack, Token } from "aws-cdk-lib";
import { cdkArguments } from "./cdk-command";
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
