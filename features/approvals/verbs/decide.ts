import { type ActResult, type Concern, carryOutEach, type Reviewed, reviewAct } from "../../../adapters/operator/act";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { formatCount, type Output } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import { capitalise } from "../../../engine/characters";
import { gatherPages } from "../../../engine/collections";
import { splitAddress } from "../../../engine/sign-up/email";
import { decisionActs } from "../acts";
import type { DeniedFacts, LikeFacts } from "../acts/decision";
import type { DecisionAction } from "../change";
import { decidingWords, followsText } from "../deciding-words";
import { type ApprovalRequest, DENIED_BY_LIST } from "../request";
import { listAskedNow } from "../stages";
import { openApprovals, readActor } from "./approver";
import { withDelegations } from "./delegations";
import { findNamedRequests, inShort } from "./requests";

export interface DecideOptions extends DeploymentOptions, JsonOption {
  readonly note?: string;
  readonly yes?: boolean;
  /** Decides on all failed requests. Only for `retry`. */
  readonly all?: boolean;
}

const questions: Readonly<Record<DecisionAction, string>> = { approve: "Approve", deny: "Deny", reopen: "Reopen", retry: "Retry" };

/** Exits with 1 if any request was refused. */
export async function decideOn(
  verb: DecisionAction,
  words: readonly string[],
  options: DecideOptions,
  session: CommandContext,
): Promise<void> {
  const { output } = session;
  const deployment = await deploymentFor(options);
  const requests = await selectRequests(words, options, deployment, (line) => {
    session.exitCode = exitCodes.failed;
    output.warn(line);
  });
  const now = new Date();
  const report = reporter(verb, options, session, now);
  const caller = await readActor(options, deployment);
  const actor = { ...caller, decider: await withDelegations(caller.decider, requests, deployment) };

  const act = decisionActs[verb];
  const input = { note: options.note };
  const place = operatorPlace(deployment);
  const targets = requests.map((request) => ({ id: request.id, reference: request.reference, seen: request, request }));
  const reviewed = await reviewAct(act, targets, input, place, { actor, now });
  const possible = requests.flatMap((request, index) => {
    const { concerns } = reviewed[index] as Reviewed<unknown>;
    const refusal = concerns.find(({ weight }) => weight === "refused");
    if (refusal === undefined) return [{ request, concerns }];
    report(request, refusal);
    return [];
  });
  if (possible.length === 0) {
    if (requests.length === 0) output.warn("There is no failed request to try again.");
    return;
  }
  const tell: Output["print"] = options.json ? output.warn : output.print;
  for (const { request, concerns } of possible) {
    tell(inShort(request));
    for (const concern of listWarnings(concerns)) output.warn(`  ${describeConcern(request, concern)}`);
  }
  const warned = possible.filter(({ concerns }) => listWarnings(concerns).length > 0).length;
  if (!options.yes) await requireConfirmation(formatQuestion(verb, possible.length, warned));

  const attempts = possible.map(({ request: { id, reference }, request, concerns }) => ({
    target: { id, reference, seen: request },
    input,
    answered: options.yes ? ("all" as const) : concerns.map(({ code }) => code),
  }));
  const results = await carryOutEach(act, attempts, place, { actor, now: new Date() });
  for (const [index, { request }] of possible.entries()) {
    const result = results[index] as ActResult<ApprovalRequest>;
    report(request, result.kind === "done" ? result.outcome : findStop(result));
  }
}

const changed: Concern = {
  code: "changed",
  weight: "refused",
  text: () => "Somebody else has just changed it: look at it again, then repeat.",
};

export function findStop(result: Exclude<ActResult<unknown>, { readonly kind: "done" }>): Concern {
  return result.kind === "stopped" ? result.concerns[0] : changed;
}

/** A sentence about something that speaks against a decision. Moments of earlier decisions are in UTC. */
export function describeConcern({ onApproval, email }: ApprovalRequest, { code, title = "", weight, facts, text }: Concern): string {
  if (weight === "refused") return text((iso) => iso);
  if (code === DENIED_BY_LIST) {
    const follows = onApproval === "provision" ? "no account is made" : "the sign-up is refused";
    return `The access list denies them, by the entry ${(facts as DeniedFacts).entry}: a deny always wins, so ${follows} while it stands.`;
  }
  if (code === "look-alike") {
    const { domain } = splitAddress(email);
    return `${domain} only looks like ${(facts as LikeFacts).like}: approve only if you know who owns ${domain}.`;
  }
  return `${capitalise(title)}. ${text(localTime)}`;
}

/** The line of a request says itself that its address is not proven. */
export function listWarnings(concerns: readonly Concern[]): readonly Concern[] {
  return concerns.filter(({ code, weight }) => weight !== "refused" && code !== "not-proven");
}

export function formatQuestion(verb: DecisionAction, count: number, warningCount: number): string {
  const question = `${questions[verb]} ${formatCount(count, "request")}`;
  return warningCount === 0 ? `${question}?` : `${question}, ${warningCount} with a warning?`;
}

/** @param warn called for each unreadable request, which `--all` omits */
async function selectRequests(
  words: readonly string[],
  { all }: DecideOptions,
  deployment: Deployment,
  warn: (line: string) => void,
): Promise<readonly ApprovalRequest[]> {
  if (all && words.length > 0) throw new CommandError("Name requests, or write --all, not both.");
  if (all) return await listFailedRequests(deployment, warn);
  if (words.length === 0) throw new CommandError("Name a request by its code, its id or the address, or write --all.");
  const requestsById = new Map<string, ApprovalRequest>();
  for (const each of words) {
    const request = await findOneRequest(each, deployment);
    requestsById.set(request.id, request);
  }
  return [...requestsById.values()];
}

/** Throws if the word matches several requests: one decision must not apply to two people or accounts. */
async function findOneRequest(word: string, deployment: Deployment): Promise<ApprovalRequest> {
  const [request, ...others] = await findNamedRequests(word, deployment);
  if (others.length === 0) return request;
  const lines = [request, ...others].map((each) => `  ${inShort(each)}`);
  throw new CommandError([`${word} has ${lines.length} requests, so nothing was changed. Name one by its code:`, ...lines].join("\n"));
}

/** Returns failed requests and those that wait for their next try. Omits stripped requests, because their retry is always refused. */
async function listFailedRequests(deployment: Deployment, warn: (line: string) => void): Promise<readonly ApprovalRequest[]> {
  const store = openApprovals(deployment, warn);
  const failed = await gatherPages(store.byState("failed"));
  const { items } = await store.withoutAccount(Number.POSITIVE_INFINITY);
  const waiting = await store.getAll(items.filter(({ retryAt }) => retryAt !== undefined).map(({ id }) => id));
  return [...failed, ...waiting].filter(({ strippedAt }) => strippedAt === undefined);
}

function reporter(
  verb: DecisionAction,
  { json, local }: DecideOptions,
  session: CommandContext,
  now: Date,
): (request: ApprovalRequest, result: ApprovalRequest | Concern) => void {
  return (request, result) => {
    const { id, reference, email } = request;
    if ("reference" in result) {
      const message = followsText(decidingWords.en, verb, result);
      if (json) session.output.json({ id, reference, email, ok: true, state: result.state, message });
      else session.output.print(`${reference}  ${email}: ${message}`);
      return;
    }
    session.exitCode = exitCodes.failed;
    const { code: why, facts } = result;
    const message = describeConcern(request, result);
    const askedText = why === "not-asked" ? ` Asked now: ${listAskedNow(request, now).join(", ")}.` : "";
    // In a local deployment, the user has no ARN, so a stage cannot ask this user.
    const where = askedText !== "" && local ? " Sign in to the console as one of them." : "";
    if (json) session.output.json({ id, reference, email, ok: false, why, ...facts, message });
    else session.output.warn(`${reference}  ${email}: ${message}${askedText}${where}`);
  };
}
