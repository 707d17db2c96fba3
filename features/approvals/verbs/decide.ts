import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { formatCount, type Output } from "../../../cli/output";
import { gatherPages } from "../../../engine/collections";
import type { DecisionAction, Say } from "../change";
import { decideRequest, findObjection, type NotDecided } from "../deciding";
import type { ApprovalRequest } from "../request";
import { listAskedNow } from "../stages";
import { openApprovals, readApprover, readDecider } from "./approver";
import { withDelegations } from "./delegations";
import { findNamedRequests, inShort } from "./requests";
import { readWarnings } from "./warnings";

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
  const say: Say = { by: readApprover(), ...(options.note !== undefined && { note: options.note }) };
  const deployment = await deploymentFor(options);
  const requests = await selectRequests(words, options, deployment, (line) => {
    session.exitCode = exitCodes.failed;
    output.warn(line);
  });
  const now = new Date();
  const report = reporter(options, session, now);
  const decider = await withDelegations(await readDecider(options, deployment), requests, deployment);

  const possible: ApprovalRequest[] = [];
  for (const request of requests) {
    const refusal = findObjection(verb, request, { decider, ...say }, now);
    if (refusal === undefined) possible.push(request);
    else report(request, refusal);
  }
  if (possible.length === 0) {
    if (requests.length === 0) output.warn("There is no failed request to try again.");
    return;
  }
  // Reads no warnings for a denial. Any other decision can let people in.
  const warnings = verb === "deny" ? new Map<ApprovalRequest, readonly string[]>() : await readWarnings(possible, deployment, now);
  const tell: Output["print"] = options.json ? output.warn : output.print;
  for (const request of possible) {
    tell(inShort(request));
    for (const warning of warnings.get(request) ?? []) output.warn(`  ${warning}`);
  }
  if (!options.yes) await requireConfirmation(formatQuestion(verb, possible.length, warnings.size));

  const store = openApprovals(deployment);
  for (const request of possible) {
    const { id, reference } = request;
    report(request, await decideRequest(store, verb, { id, reference, seen: request, decider, ...say }, new Date()));
  }
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

type Result = { readonly ok: true; readonly request: ApprovalRequest; readonly message: string } | NotDecided;

function reporter({ json, local }: DecideOptions, session: CommandContext, now: Date): (request: ApprovalRequest, result: Result) => void {
  return (request, result) => {
    const { id, reference, email } = request;
    const askedText = !result.ok && result.why === "not-asked" ? ` Asked now: ${listAskedNow(request, now).join(", ")}.` : "";
    // In a local deployment, the user has no ARN, so a stage cannot ask this user.
    const where = askedText !== "" && local ? " Sign in to the console as one of them." : "";
    if (!result.ok) session.exitCode = exitCodes.failed;
    if (json) {
      const { message, ...facts } = result.ok ? { ok: true, state: result.request.state, message: result.message } : result;
      session.output.json({ id, reference, email, ...facts, message });
    } else (result.ok ? session.output.print : session.output.warn)(`${reference}  ${email}: ${result.message}${askedText}${where}`);
  };
}
