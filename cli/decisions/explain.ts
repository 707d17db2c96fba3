import { accessListStore } from "../../adapters/tables/access-list";
import { replyFor } from "../../engine/messages/reply";
import { apiConnector } from "../../engine/protocols/api-connector";
import { callIds, fingerprintOf, fingerprintOfBody } from "../../engine/sign-up/call";
import { type Decision, refusal } from "../../engine/sign-up/decision";
import type { Policy } from "../../engine/sign-up/policy";
import { reasonsOf } from "../../engine/sign-up/record";
import { referenceFor } from "../../engine/sign-up/reference";
import { issuersOf, type Step } from "../../engine/sign-up/sign-up";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import type { CommandContext } from "../command-context";
import { deploymentFor } from "../deployment";
import { exitCodes } from "../exit-code";
import { CommandError } from "../failure";
import type { DeploymentOptions, JsonOption } from "../options";
import { dryRun, wordsOf } from "./dry-run";
import { entryNow } from "./entry-now";
import { explainLines } from "./explain-lines";
import { type RequestParts, requestBody } from "./request";

export interface ExplainOptions extends DeploymentOptions, JsonOption, Omit<RequestParts, "email"> {
  readonly step: Step;
  readonly policy?: string;
  readonly call?: boolean;
}

/** `entra-gatehouse explain`: the decision as the step would make it now, with nothing written. */
export async function explain(email: string, options: ExplainOptions, session: CommandContext): Promise<void> {
  const body = await requestBody({ ...options, email });
  const deployment = await deploymentFor(options);
  const policy = policyAt(options.step, options.policy ?? deployment.policy ?? "policy");
  const parsed = apiConnector.parse({ contentType: "application/json", body }, options.step);
  const now = new Date();
  const { decision, writes } = parsed.ok
    ? await dryRun(policy, parsed.signUp, deployment, now, options.call === true)
    : { decision: refusal(parsed.reason), writes: [] };
  if (decision.failure?.why === "read") throw decision.failure.error;

  const trace = wordsOf(policy, decision, options.call === true);
  const store = accessListStore(deployment.dynamodb, deployment.accessListTable);
  const issuers = parsed.ok ? issuersOf(parsed.signUp) : [];
  const standings = await Promise.all(trace.map((word) => entryNow(word, issuers, store, now)));
  // Nothing is recorded, so this code leads nowhere and needs no salt.
  const [id] = callIds(parsed.ok ? fingerprintOf(parsed.signUp) : fingerprintOfBody(options.step, body), now, "");
  const voice = { locales: parsed.ok ? parsed.signUp.locales : parsed.locales, options: policy.options };
  const wire = apiConnector.render(replyFor(decision.answer, referenceFor(id), voice));
  const explained = { who: parsed.ok ? `${parsed.signUp.email}, signed in with ${issuers.join(", ")}` : email, step: options.step };

  if (options.json) {
    session.output.json({
      email: parsed.ok ? parsed.signUp.email : email,
      issuers,
      step: options.step,
      verdict: decision.answer.kind,
      ...(decision.decidedBy !== undefined && { rule: decision.decidedBy }),
      reasons: reasonsOf(decision.answer),
      trace,
      entries: standings.flatMap((standing) => standing?.row ?? []),
      wouldWriteTo: writes,
      answer: { status: wire.status, body: JSON.parse(wire.body) as unknown },
    });
  } else {
    for (const line of explainLines({ ...explained, decision, trace, standings, writes, wire })) session.output.print(line);
  }
  if (decision.failure !== undefined) throw failed(decision);
  session.exitCode = decision.answer.kind === "continue" ? exitCodes.done : exitCodes.denied;
}

function policyAt(step: Step, folder: string): Policy {
  const found = loadPolicyFolder(folder).find((each) => each.step === step);
  if (found === undefined) throw new CommandError(`The policy folder ${folder} has no ${step}.ts: Entra would get no answer there.`);
  return found.policy;
}

function failed({ failure, decidedBy }: Decision): CommandError {
  const { error } = failure ?? {};
  const at = decidedBy === undefined ? "The decision" : `The rule ${decidedBy}`;
  return new CommandError(`${at} failed: ${error instanceof Error ? error.message : String(error)}.`, undefined, { cause: error });
}
