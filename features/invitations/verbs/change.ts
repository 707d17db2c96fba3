import type { Act } from "../../../adapters/operator/act";
import { doAct, doActs } from "../../../cli/act";
import { type CommandContext, type DeploymentOptions, type JsonOption, readNow } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { formatCount, tellBeside } from "../../../cli/output";
import { localTime, momentAhead, newEmailFrom } from "../../../cli/typed";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { findMeantRequests } from "../../approvals/deciding";
import { decidingWords } from "../../approvals/deciding-words";
import type { ApprovalRequest } from "../../approvals/request";
import { type ChangeOptions, openApprovals, reportEnd } from "../../approvals/verbs/requests";
import { listJobs, undoJob } from "../../people-jobs/verbs/people-jobs";
import { type ChangeState, describeReturn, extendInvitation, resendInvitation, revoke, transfer } from "../acts";
import { INVITATION_DAYS } from "../invitation";
import { inviteJobs } from "../jobs";
import { actingBy, askAbout, daysFrom } from "./send";

type Options = ChangeOptions & { readonly days?: number };

export async function resendInvitations(words: readonly string[], options: Options, session: CommandContext): Promise<void> {
  const days = options.days === undefined ? undefined : daysFrom(options.days);
  await changeEach(
    words,
    options,
    session,
    resendInvitation,
    { days, usualDays: INVITATION_DAYS },
    {
      verb: "Invite",
      said: ({ passUntil, invitation }) => `sent again, good until ${localTime(passUntil ?? "")}, code ${invitation?.code}`,
      facts: ({ passUntil, invitation }) => ({ until: passUntil, code: invitation?.code }),
    },
  );
}

export async function extendInvitations(
  words: readonly string[],
  options: Options & { readonly until?: string },
  session: CommandContext,
): Promise<void> {
  const now = readNow(session);
  if (options.until === undefined && options.days === undefined) throw new CommandError("Say how long: --until 2027-01-31 or --days 30.");
  const until =
    options.until === undefined
      ? new Date(now.getTime() + daysFrom(options.days) * MS_PER_DAY)
      : momentAhead("--until", options.until, now, "end");
  await changeEach(
    words,
    options,
    session,
    extendInvitation,
    { until },
    {
      verb: "Extend the invitation of",
      said: ({ passUntil }) => `good until ${localTime(passUntil ?? "")}`,
      facts: ({ passUntil }) => ({ until: passUntil }),
    },
  );
}

export async function revokeInvitations(words: readonly string[], options: Options, session: CommandContext): Promise<void> {
  await changeEach(
    words,
    options,
    session,
    revoke,
    { note: options.note },
    {
      question: "Revoke",
      said: ({ history }) =>
        `revoked: it lets nobody in.${history.at(-1)?.from === "admitted" ? ` ${decidingWords.en.follows.accountStays}` : ""}`,
      facts: () => ({}),
    },
  );
}

export async function transferInvitation(from: string, to: string, options: Options, session: CommandContext): Promise<void> {
  const { output } = session;
  const email = newEmailFrom(to);
  const deployment = await deploymentFor(options);
  const [invitation] = await findInvitations([from], deployment);
  if (invitation === undefined) throw new CommandError(`${from} has no invitation.`);
  const { request } = await doAct(
    transfer,
    { invitation, to: email },
    {},
    {
      ...(await actingBy(deployment, options, session)),
      ask: (reviewed) => askAbout(output, "Invite")([{ ...reviewed, index: 0 }]),
    },
  );
  const until = request?.passUntil ?? invitation.answerBy;
  if (options.json) output.json({ email, ok: true, until, code: request?.invitation?.code });
  else if (request !== undefined) output.print(`${email}: invited until ${localTime(until)}, code ${request.invitation?.code}`);
  else output.print(`${email}: has a valid invitation already.`);
}

interface Report {
  /** If set, a question with this verb is asked first, such as "Revoke". */
  readonly question?: string;
  /** Used in questions about people who would keep or get an invitation, such as "Invite". */
  readonly verb?: string;
  said(request: ApprovalRequest): string;
  facts(request: ApprovalRequest): object;
}

type Change<Input> = Act<
  typeof revoke.uses,
  { readonly id: string; readonly request?: ApprovalRequest },
  Input,
  ChangeState,
  ApprovalRequest
>;

/** Sets the exit code to 1 if an invitation could not be changed. */
async function changeEach<Input>(
  words: readonly string[],
  options: Options,
  session: CommandContext,
  act: Change<Input>,
  input: Input,
  report: Report,
): Promise<void> {
  const { output } = session;
  const deployment = await deploymentFor(options);
  const invitations = await findInvitations(words, deployment);
  await doActs(
    act,
    invitations.map(({ id }) => ({ target: { id }, input })),
    {
      ...(await actingBy(deployment, options, session)),
      ask(possible) {
        if (report.question === undefined) return askAbout(output, report.verb ?? "")(possible);
        for (const { state } of possible)
          tellBeside(options, output)(`${state.email}, good until ${localTime(state.stored?.passUntil ?? state.stored?.answerBy ?? "")}`);
        return `${report.question} ${formatCount(possible.length, "invitation")}?`;
      },
      report(index, end) {
        const { email } = invitations[index] as ApprovalRequest;
        const message = "outcome" in end ? report.said(end.outcome) : end.refusal.text(localTime);
        const result = "outcome" in end ? { ok: true, ...report.facts(end.outcome) } : { ok: false, why: end.refusal.code };
        reportEnd({ email, ...result, message }, `${email}: ${message}`, options, session);
      },
    },
  );
}

/** Finds the invitations before anything is changed. Throws if one of the names has no invitation, or several. */
async function findInvitations(words: readonly string[], deployment: Deployment): Promise<readonly ApprovalRequest[]> {
  const requestsById = new Map<string, ApprovalRequest>();
  for (const each of words) {
    const requests = (await findMeantRequests(openApprovals(deployment), each.trim())) ?? [];
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

const kinds = Object.keys(inviteJobs) as (keyof typeof inviteJobs)[];

export async function listInviteJobs(
  id: string | undefined,
  options: DeploymentOptions & JsonOption & { readonly limit: number },
  session: CommandContext,
): Promise<void> {
  await listJobs(id, kinds, options, session, decidingWords.en.why);
}

export async function undoInvites(id: string, options: Options, session: CommandContext): Promise<void> {
  const ask = (people: string) => `Revoke the unused invitations of ${people}?`;
  await undoJob(id, options, session, inviteJobs, ask, decidingWords.en.why, async ({ kept }, deployment) => {
    const used = kept.flatMap(({ id, code }) => (code === "admitted" ? [id] : []));
    const requests = used.length === 0 ? [] : await openApprovals(deployment, session.output.warn).getAll(used);
    return new Map(
      requests.flatMap((request) => {
        const text = describeReturn(request, readNow(session));
        return text === undefined ? [] : [[request.id, `${request.email}: ${text(localTime)}`] as const];
      }),
    );
  });
}
