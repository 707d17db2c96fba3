import { type CommandContext, type DeploymentOptions, type JsonOption, readNow } from "../../../cli/command";
import { localTime } from "../../../cli/typed";
import { decidingWords } from "../../approvals/deciding-words";
import { openApprovals } from "../../approvals/verbs/requests";
import { listJobs, undoJob } from "../../people-jobs/verbs/people-jobs";
import { describeReturn } from "../acts";
import { inviteJobs } from "../jobs";

const kinds = Object.keys(inviteJobs) as (keyof typeof inviteJobs)[];

export async function listInviteJobs(
  id: string | undefined,
  options: DeploymentOptions & JsonOption & { readonly limit: number },
  session: CommandContext,
): Promise<void> {
  await listJobs(id, kinds, options, session, decidingWords.en.why);
}

export async function undoInvites(
  id: string,
  options: DeploymentOptions & JsonOption & { readonly yes?: boolean },
  session: CommandContext,
): Promise<void> {
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
