import { accessListStore } from "../../adapters/tables/access-list";
import { replyFor } from "../../engine/messages/index";
import { apiConnector } from "../../engine/protocols/api-connector";
import { atGate } from "../../engine/protocols/protocol";
import { type Decision, refusal } from "../../engine/sign-up/decision";
import type { Policy } from "../../engine/sign-up/policy";
import { reasonsOf } from "../../engine/sign-up/recording";
import { issuersOf, type Step } from "../../engine/sign-up/sign-up";
import { failurePlace } from "../../lib/load-typescript";
import { loadPolicyFolder, type PolicyStep } from "../../lib/policy-folder/policy-folder";
import { type CommandContext, type DeploymentOptions, exitCodes, type JsonOption } from "../command";
import { entryNow } from "../decisions/entry-now";
import { type Deployment, deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { namedGate, policyFolderFor } from "../gates";
import { type PolicyStanding, policyStanding } from "../policy-standing";
import { dryRun, wordsOf } from "./dry-run";
import { type Explained, explainLines, NO_REFERENCE } from "./explain-lines";
import { type RequestParts, requestBody } from "./request";

export interface ExplainOptions extends DeploymentOptions, JsonOption, Omit<RequestParts, "email"> {
  /** Every step of the policy by default. */
  readonly step?: Step;
  readonly policy?: string;
  readonly call?: boolean;
}

/** `entra-gatehouse explain`: the decisions as the steps would make them now, with nothing written. */
export async function explainCommand(email: string, options: ExplainOptions, session: CommandContext): Promise<void> {
  const body = await requestBody({ ...options, email });
  const deployment = await deploymentFor(options);
  const folder = policyFolderFor(options, deployment.policy);
  const steps = stepsOf(folder, options.step);
  const explained: Explained[] = [];
  for (const { policy } of steps) explained.push(await explainStep(policy, body, deployment, options));
  const standing = policyStanding(steps, { folder, ...options }, deployment);

  if (options.json) for (const each of explained) session.output.json({ ...asJson(each, email), policy: standingOf(each.step, standing) });
  else {
    session.output.print(whoOf(explained[0]) ?? email);
    for (const line of standingLines(standing)) session.output.print(line);
    for (const line of explained.flatMap(explainLines)) session.output.print(line);
  }
  const failure = explained.find(({ decision }) => decision.failure !== undefined);
  if (failure !== undefined) throw failed(failure.decision, steps);
  const denies = explained.some(({ decision }) => decision.answer.kind !== "continue");
  session.exitCode = denies ? exitCodes.denied : exitCodes.done;
}

function stepsOf(folder: string, step: Step | undefined): readonly PolicyStep[] {
  const all = loadPolicyFolder(folder);
  const found = step === undefined ? all : all.filter((each) => each.step === step);
  if (found.length === 0) throw new CommandError(`The policy folder ${folder} has no ${step}.ts: Entra would get no answer there.`);
  return found;
}

async function explainStep(policy: Policy, body: string, deployment: Deployment, options: ExplainOptions): Promise<Explained> {
  const { step } = policy;
  const call = options.call === true;
  const now = new Date();
  const parsed = atGate(apiConnector.parse({ contentType: "application/json", body }, step), namedGate(options));
  const { decision, writes } = parsed.ok
    ? await dryRun(policy, parsed.signUp, deployment, now, call)
    : { decision: refusal(parsed.reason, step), writes: [] };
  if (decision.failure?.why === "read") throw decision.failure.error;

  const trace = wordsOf(policy, decision, call);
  const store = accessListStore(deployment.dynamodb, deployment.accessListTable);
  const issuers = parsed.ok ? issuersOf(parsed.signUp) : [];
  const standings = await Promise.all(trace.map((word) => entryNow(word, { issuers, ...options }, store, now)));
  const voice = { locales: parsed.ok ? parsed.signUp.locales : parsed.locales, options: policy.options };
  const wire = apiConnector.render(replyFor(decision.answer, NO_REFERENCE, voice), step);
  return { ...(parsed.ok && { email: parsed.signUp.email }), issuers, step, decision, trace, standings, writes, wire };
}

/** What the reader has to know before taking this for what the deployment does. */
function standingLines({ is, told }: PolicyStanding): readonly string[] {
  if (is !== "different") return told;
  return ["This explains your policy, not the one that decides:", ...told.map((line) => `  ${line}`)];
}

function standingOf(step: Step, { is, steps }: PolicyStanding): object {
  const { here, deployed } = steps.find((each) => each.step === step) ?? {};
  return { is: steps.length > 0 && here === deployed ? "deployed" : is, ...(here && { here }), ...(deployed && { deployed }) };
}

/** Undefined where the request cannot be read. */
function whoOf(explained: Explained | undefined): string | undefined {
  return explained?.email && `${explained.email}, signed in with ${explained.issuers.join(", ")}`;
}

function asJson({ email, issuers, step, decision, trace, standings, writes, wire }: Explained, typed: string): object {
  return {
    email: email ?? typed,
    issuers,
    step,
    verdict: decision.answer.kind,
    ...(decision.decidedBy !== undefined && { rule: decision.decidedBy }),
    reasons: reasonsOf(decision.answer),
    trace,
    entries: standings.flatMap((standing) => standing?.row ?? []),
    wouldWriteTo: writes,
    answer: { status: wire.status, body: JSON.parse(wire.body) as unknown },
  };
}

function failed({ failure, decidedBy }: Decision, steps: readonly PolicyStep[]): CommandError {
  const { error } = failure ?? {};
  const what = decidedBy === undefined ? "The decision" : `The rule ${decidedBy}`;
  const place = failurePlace(steps, error);
  const at = place === undefined ? "" : `\nIt failed at ${place}.`;
  return new CommandError(`${what} failed: ${error instanceof Error ? error.message : String(error)}.${at}`, undefined, { cause: error });
}
