import { invitationCode, momentId } from "../../../adapters/system";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { localTime, momentAhead, newEmailFrom } from "../../../cli/typed";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Say, TransitionResult } from "../../approvals/change";
import { requestsMeant } from "../../approvals/deciding";
import { decidingWords } from "../../approvals/deciding-words";
import type { ApprovalRequest, Stored } from "../../approvals/request";
import { openApprovals, readApprover } from "../../approvals/verbs/approver";
import { createLongestDays, type LongestDays, limitTo } from "../../approvals/verbs/longest-days";
import { confirmDenied } from "../../explain/verbs/denied";
import { extend, resend, revokeInvitation } from "../invitation";
import { moveInvitation, type Transferred } from "../store";
import { daysFrom } from "./send";

type Options = DeploymentOptions & JsonOption & { readonly days?: number; readonly yes?: boolean };

export async function resendInvitations(words: readonly string[], options: Options, session: CommandContext): Promise<void> {
  const days = options.days === undefined ? undefined : daysFrom(options.days);
  await changeEach(words, options, session, {
    admits: "Invite",
    change: (request, say, now, longestDays) =>
      resend(
        request,
        { ...say, code: invitationCode(), days: days ?? request?.answerWithinDays ?? daysFrom(), longestDays: longestDays(request?.gate) },
        now,
      ),
    said: ({ passUntil, invitation }) => `sent again, good until ${localTime(passUntil ?? "")}, code ${invitation?.code}`,
    facts: ({ passUntil, invitation }) => ({ until: passUntil, code: invitation?.code }),
  });
}

export async function extendInvitations(
  words: readonly string[],
  options: Options & { readonly until?: string },
  session: CommandContext,
): Promise<void> {
  const now = session.time?.now() ?? new Date();
  if (options.until === undefined && options.days === undefined) throw new CommandError("Say how long: --until 2027-01-31 or --days 30.");
  const until =
    options.until === undefined
      ? new Date(now.getTime() + daysFrom(options.days) * MS_PER_DAY)
      : momentAhead("--until", options.until, now, "end");
  await changeEach(words, options, session, {
    admits: "Extend the invitation of",
    change: (request, say, at) => extend(request, say, until, at),
    said: (request, longestDays) => `good until ${localTime(limitTo(longestDays)(request).passUntil ?? "")}`,
    facts: (request, longestDays) => ({ until: limitTo(longestDays)(request).passUntil }),
  });
}

export async function revokeInvitations(
  words: readonly string[],
  options: Options & { readonly note?: string },
  session: CommandContext,
): Promise<void> {
  await changeEach(words, options, session, {
    question: options.yes ? undefined : "Revoke",
    change: (request, say, now) => revokeInvitation(request, { ...say, ...(options.note !== undefined && { note: options.note }) }, now),
    said: ({ history }) =>
      `revoked: it lets nobody in.${history.at(-1)?.from === "admitted" ? ` ${decidingWords.en.follows.accountStays}` : ""}`,
    facts: () => ({}),
  });
}

export async function transferInvitation(from: string, to: string, options: Options, session: CommandContext): Promise<void> {
  const { output, time } = session;
  const now = time?.now() ?? new Date();
  const email = newEmailFrom(to);
  const deployment = await deploymentFor(options);
  const store = openApprovals(deployment);
  const [invitation] = await invitationsNamed([from], deployment);
  if (invitation === undefined) throw new CommandError(`${from} has no invitation.`);
  const invitee = { email, ...(invitation.gate !== undefined && { gate: invitation.gate }) };
  await confirmDenied([{ ...invitee, signsUp: true }], { yes: options.yes, verb: "Invite" }, deployment, output, now);
  const longestDays = createLongestDays(deployment, output)(invitation.gate);
  const moving = { to: email, by: readApprover(), act: momentId(now), longestDays };
  const outcome = await moveInvitation(store, invitation, moving, await deployment.hashes(), now);
  if (!outcome.ok) throw new CommandError(notTransferred[outcome.why](invitation.email, email));
  const { request } = outcome;
  const until = request?.passUntil ?? invitation.answerBy;
  if (options.json) output.json({ email, ok: true, until, ...(request && { code: request.invitation?.code }) });
  else if (request !== undefined) output.print(`${email}: invited until ${localTime(until)}, code ${request.invitation?.code}`);
  else output.print(`${email}: has a valid invitation already.`);
}

const notTransferred: Readonly<Record<(Transferred & { ok: false })["why"], (from: string, to: string) => string>> = {
  same: () => "Both are the same address.",
  "not-open": (from) => `The invitation of ${from} is not open: only an open one can go to somebody else.`,
  invited: (_, to) => `${to} has a valid invitation already, so nothing was changed: revoke one of the two instead.`,
};

interface Changing {
  /** If set, a question with this verb is asked first, such as "Revoke". */
  readonly question?: string | undefined;
  /** If set, a question with this verb, such as "Invite", is asked first about people whom the access list denies. */
  readonly admits?: string;
  change(storedRequest: Stored, say: Say, now: Date, longestDays: LongestDays): TransitionResult;
  said(request: ApprovalRequest, longestDays: LongestDays): string;
  facts(request: ApprovalRequest, longestDays: LongestDays): object;
}

/** Sets the exit code to 1 if an invitation could not be changed. */
async function changeEach(words: readonly string[], options: Options, session: CommandContext, changing: Changing): Promise<void> {
  const { output, time } = session;
  const deployment = await deploymentFor(options);
  const invitations = await invitationsNamed(words, deployment);
  if (changing.question !== undefined) {
    for (const { email, passUntil = "" } of invitations)
      (options.json ? output.warn : output.print)(`${email}, good until ${localTime(passUntil)}`);
    await requireConfirmation(`${changing.question} ${formatCount(invitations.length, "invitation")}?`);
  }
  if (changing.admits !== undefined)
    await confirmDenied(
      invitations.map(({ email, gate }) => ({ email, signsUp: true, ...(gate !== undefined && { gate }) })),
      { yes: options.yes, verb: changing.admits },
      deployment,
      output,
      time?.now() ?? new Date(),
    );
  const store = openApprovals(deployment);
  const longestDays = createLongestDays(deployment, output);
  const act = momentId(time?.now() ?? new Date());
  for (const { id, email } of invitations) {
    const outcome = await store.change(id, (storedRequest) =>
      changing.change(storedRequest, { by: readApprover(), act }, time?.now() ?? new Date(), longestDays),
    );
    if (!outcome.ok) session.exitCode = exitCodes.failed;
    const message = outcome.ok ? changing.said(outcome.request, longestDays) : decidingWords.en.why[outcome.why];
    if (options.json)
      output.json({
        email,
        ok: outcome.ok,
        ...(outcome.ok ? changing.facts(outcome.request, longestDays) : { why: outcome.why }),
        message,
      });
    else (outcome.ok ? output.print : output.warn)(`${email}: ${message}`);
  }
}

/** Finds the invitations before anything is changed. Throws if one of the names has no invitation, or several. */
async function invitationsNamed(words: readonly string[], deployment: Deployment): Promise<readonly ApprovalRequest[]> {
  const requestsById = new Map<string, ApprovalRequest>();
  for (const each of words) {
    const requests = (await requestsMeant(openApprovals(deployment), each.trim())) ?? [];
    const [invitation, ...others] = requests.filter((request) => request.invitation !== undefined);
    if (invitation === undefined) throw new CommandError(`${each} has no invitation: invite list shows those that are open.`);
    if (others.length > 0) {
      const codes = [invitation, ...others].map(({ reference, gate = "default" }) => `  ${reference}, to the gate ${gate}`);
      throw new CommandError(
        [`${each} is invited to several gates, so nothing was changed. Name one by its reference:`, ...codes].join("\n"),
      );
    }
    requestsById.set(invitation.id, invitation);
  }
  return [...requestsById.values()];
}
