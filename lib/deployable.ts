import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { DefaultStackSynthesizer, type Stack, Token } from "aws-cdk-lib";
import { appRoot } from "./app-root";
import { cdkArguments } from "./cdk-command";
import { packageRoot } from "./package-root";
import { SetupError } from "./setup-error";
import { STAGE_VARIABLE } from "./stage";

/** Doctor takes two seconds or three; whatever keeps it longer is not to keep a deployment. */
const LIMIT_MS = 20_000;

/** A line of `doctor --before-deploy --json`. */
interface Checked {
  readonly check: string;
  readonly faults?: readonly { readonly what: string; readonly mend: string }[];
}

/**
 * Before anything is bundled: throws a SetupError where `cdk deploy` would fail in the end for want of credentials, a
 * bootstrapped region or a certificate. Says nothing of what it cannot tell: of another command, of a stack that is not
 * deployed, of an account that the CDK reaches by other means. `-c doctor=false` passes it over.
 */
export function assertDeployable(stack: Stack): void {
  const given = cdkArguments();
  if (!given?.includes("deploy") || !stack.bundlingRequired || `${stack.node.tryGetContext("doctor")}` === "false") return;
  // The CDK names an account only where its credentials work.
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION } = process.env;
  const isElsewhere = !Token.isUnresolved(stack.account) && stack.account !== account;
  if (isElsewhere) return;
  const region = Token.isUnresolved(stack.region) ? CDK_DEFAULT_REGION : stack.region;
  // Where it may not take a role, the CDK goes on by the credentials' own rights, which may do.
  const passedOver = ["deploy-roles", ...(account === undefined ? [] : ["aws"]), ...(isBootstrapped(stack) ? [] : ["bootstrap"])];
  const found = examined(
    [...nameIn(stack), ...(region === undefined ? [] : ["--region", region]), ...profileIn(given)],
    environmentFor(stack),
  );
  const faults = found.flatMap(({ check, faults = [] }) => (passedOver.includes(check) ? [] : faults));
  if (faults.length > 0) throw new SetupError(faults.map(({ what, mend }) => `${what}\n${mend}`).join("\n"));
}

/** Whether the stack is deployed by what `cdk bootstrap` makes. */
function isBootstrapped({ synthesizer }: Stack): boolean {
  return synthesizer instanceof DefaultStackSynthesizer;
}

function profileIn(given: readonly string[]): readonly string[] {
  const [, joined] = /^--profile=(.+)$/.exec(given.find((word) => word.startsWith("--profile=")) ?? "") ?? [];
  const named = joined ?? (given.includes("--profile") ? given[given.indexOf("--profile") + 1] : undefined);
  return named === undefined ? [] : ["--profile", named];
}

function nameIn({ stackName }: Stack): readonly string[] {
  return Token.isUnresolved(stackName) ? [] : ["--stack", stackName];
}

/** Settings are looked at for the stage that the stack is. An app's own context of that name may mean something else. */
function environmentFor(stack: Stack): NodeJS.ProcessEnv {
  const stage: unknown = stack.node.tryGetContext("stage");
  const isStage = typeof stage === "string" && stack.stackName.endsWith(`-${stage}`);
  return isStage ? { ...process.env, [STAGE_VARIABLE]: stage } : process.env;
}

function examined(options: readonly string[], env: NodeJS.ProcessEnv): readonly Checked[] {
  const command = [join(packageRoot, "bin", "entra-gatehouse.mjs"), "doctor", "--before-deploy", "--json", ...options];
  return linesOf(() => execFileSync(process.execPath, command, { cwd: appRoot, encoding: "utf8", timeout: LIMIT_MS, stdio: "pipe", env }))
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Checked);
}

/** What it prints; where it finds something it prints that, too, and fails. */
function linesOf(run: () => string): readonly string[] {
  try {
    return run().split("\n");
  } catch (error) {
    return `${(error as { readonly stdout?: string }).stdout ?? ""}`.split("\n");
  }
}
