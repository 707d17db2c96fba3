import type { Concern } from "../../../adapters/operator/act";
import { type ActEnd, doActs } from "../../../cli/act";
import { type CommandContext, readNow } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { formatCount, tellBeside } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import { capitalise } from "../../../engine/characters";
import { gatherPages } from "../../../engine/collections";
import { splitAddress } from "../../../engine/sign-up/email";
import { decisionActs } from "../acts";
import type { DecisionInput, DeniedFacts, LikeFacts } from "../acts/decision";
import type { DecisionAction } from "../change";
import { decidingWords, followsText, type ShowTime, showStored } from "../deciding-words";
import { type ApprovalRequest, DENIED_BY_LIST } from "../request";
import { listAskedNow } from "../stages";
import { withDelegations } from "./delegations";
import { type ChangeOptions, describeShortly, findNamedRequests, openApprovals, readActor, reportEnd } from "./requests";

export interface DecideOptions extends ChangeOptions {
  readonly reply?: string;
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
  if (requests.length === 0) return output.warn("There is no failed request to try again.");
  const report = reporter(verb, options, session);
  const caller = await readActor(options, deployment);
  await doDecisions(verb, requests, options, {
    ...{ place: operatorPlace(deployment), session, yes: options.yes },
    actor: { ...caller, decider: await withDelegations(caller.decider, requests, deployment) },
    ask(possible) {
      for (const { request, concerns } of possible) {
        tellBeside(options, output)(describeShortly(request));
        for (const concern of listWarnings(concerns)) output.warn(`  ${describeConcern(request, concern)}`);
      }
      const warned = possible.filter(({ concerns }) => listWarnings(concerns).length > 0);
      return formatQuestion(
        verb,
        possible.map(({ request }) => request),
        warned.length,
      );
    },
    report,
  });
}

interface Deciding extends Pick<Parameters<typeof doActs>[2], "place" | "actor" | "session" | "yes"> {
  /** @param possible the requests that can be decided on, with what speaks against it */
  ask(possible: readonly { readonly request: ApprovalRequest; readonly concerns: readonly Concern[] }[]): string;
  report(request: ApprovalRequest, end: ActEnd<ApprovalRequest>): void;
}

/** Decides on requests that were just read: on each only as it was then. */
export async function doDecisions(
  verb: DecisionAction,
  requests: readonly ApprovalRequest[],
  { note, reply }: DecisionInput,
  { ask, report, ...acting }: Deciding,
): Promise<void> {
  const requestAt = (index: number) => requests[index] as ApprovalRequest;
  const wanted = requests.map((seen) => ({ target: { id: seen.id, reference: seen.reference, seen }, input: { note, reply } }));
  await doActs(decisionActs[verb], wanted, {
    ...acting,
    ask: (possible) => ask(possible.map(({ index, concerns }) => ({ request: requestAt(index), concerns }))),
    report: (index, end) => report(requestAt(index), end),
  });
}

/** A sentence about something that speaks against a decision. */
export function describeConcern(
  { onApproval, email }: ApprovalRequest,
  { code, title = "", weight, facts, text }: Concern,
  time: ShowTime = localTime,
): string {
  if (weight === "refused") return text(time);
  if (code === DENIED_BY_LIST) {
    const follows = onApproval === "provision" ? "no account is made" : "the sign-up is refused";
    return `The access list denies them, by the entry ${(facts as DeniedFacts).entry}: a deny always wins, so ${follows} while it stands.`;
  }
  if (code === "look-alike") {
    const { domain } = splitAddress(email);
    return `${domain} only looks like ${(facts as LikeFacts).like}: approve only if you know who owns ${domain}.`;
  }
  return `${capitalise(title)}. ${text(time)}`;
}

/** The line of a request says itself that its address is not proven. */
function listWarnings(concerns: readonly Concern[]): readonly Concern[] {
  return concerns.filter(({ code }) => code !== "not-proven");
}

/** "Deny 2 requests and revoke 1 invitation?" */
function formatQuestion(verb: DecisionAction, requests: readonly ApprovalRequest[], warningCount: number): string {
  const revoked = verb === "deny" ? requests.filter(({ invitation }) => invitation !== undefined).length : 0;
  const parts = [
    revoked === requests.length ? undefined : `${questions[verb].toLowerCase()} ${formatCount(requests.length - revoked, "request")}`,
    revoked === 0 ? undefined : `revoke ${formatCount(revoked, "invitation")}`,
  ];
  const question = capitalise(parts.filter(Boolean).join(" and "));
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
  const lines = [request, ...others].map((each) => `  ${describeShortly(each)}`);
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

function reporter(verb: DecisionAction, { json, local }: DecideOptions, session: CommandContext): Deciding["report"] {
  return (request, end) => {
    const { id, reference, email } = request;
    const time = json ? showStored : localTime;
    const line = `${reference}  ${email}: `;
    if ("outcome" in end) {
      const message = followsText(decidingWords.en, verb, end.outcome, time);
      return reportEnd({ ...{ id, reference, email, ok: true }, state: end.outcome.state, message }, line + message, { json }, session);
    }
    const { code: why, facts } = end.refusal;
    const message = describeConcern(request, end.refusal, time);
    const askedText = why === "not-asked" ? ` Asked now: ${listAskedNow(request, readNow(session)).join(", ")}.` : "";
    // In a local deployment, the user has no ARN, so a stage cannot ask this user.
    const where = askedText !== "" && local ? " Sign in to the console as one of them." : "";
    reportEnd({ ...{ id, reference, email, ok: false }, why, ...facts, message }, line + message + askedText + where, { json }, session);
  };
}
