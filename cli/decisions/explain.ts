import { replyFor } from "../../lambda/handlers/reply";
import { apiConnector } from "../../lambda/protocols/api-connector";
import { callIds, fingerprintOf, fingerprintOfBody } from "../../lambda/sign-up/call";
import { type Decision, refusal } from "../../lambda/sign-up/engine";
import type { Policy } from "../../lambda/sign-up/policy";
import { reasonsOf } from "../../lambda/sign-up/record";
import { referenceFor } from "../../lambda/sign-up/reference";
import { issuersOf, type Step } from "../../lambda/sign-up/sign-up";
import { accessListStore } from "../../lambda/stores/access-list";
import { loadPolicyFolder } from "../../lib/policy-folder";
import { exitCodes } from "../exit-code";
import { CommandError } from "../failure";
import type { JsonOption, PlaceOptions } from "../options";
import { placeFor } from "../place";
import type { Session } from "../session";
import { dryRun, wordsOf } from "./dry-run";
import { inPlainWords } from "./explain-words";
import { type Described, requestBody } from "./request";
import { standingOf } from "./standing";

export interface ExplainOptions extends PlaceOptions, JsonOption, Omit<Described, "email"> {
  readonly step: Step;
  readonly policy?: string;
  readonly call?: boolean;
}

/** `gatehouse explain`: the decision as the step would make it now, with nothing written. */
export async function explain(email: string, options: ExplainOptions, session: Session): Promise<void> {
  const body = await requestBody({ ...options, email });
  const place = await placeFor(options);
  const policy = policyAt(options.step, options.policy ?? place.policy ?? "policy");
  const parsed = apiConnector.parse({ contentType: "application/json", body }, options.step);
  const now = new Date();
  const { decision, writes } = parsed.ok
    ? await dryRun(policy, parsed.signUp, place, now, options.call === true)
    : { decision: refusal(parsed.reason), writes: [] };
  if (decision.failure?.why === "read") throw decision.failure.error;

  const words = wordsOf(policy, decision, options.call === true);
  const store = accessListStore(place.dynamodb, place.accessListTable);
  const issuers = parsed.ok ? issuersOf(parsed.signUp) : [];
  const standings = await Promise.all(words.map((word) => standingOf(word, issuers, store, now)));
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
      words,
      entries: standings.flatMap((standing) => standing?.row ?? []),
      wouldWriteTo: writes,
      answer: { status: wire.status, body: JSON.parse(wire.body) as unknown },
    });
  } else {
    for (const line of inPlainWords({ ...explained, decision, words, standings, writes, wire })) session.output.print(line);
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
