import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { listJobs, undoJob } from "../../people-jobs/verbs/people-jobs";
import { inviteJobs } from "../jobs";

const kinds = Object.keys(inviteJobs) as (keyof typeof inviteJobs)[];

export async function listInviteJobs(
  id: string | undefined,
  options: DeploymentOptions & JsonOption & { readonly limit: number },
  session: CommandContext,
): Promise<void> {
  await listJobs(id, kinds, options, session);
}

export async function undoInvites(
  id: string,
  options: DeploymentOptions & JsonOption & { readonly yes?: boolean },
  session: CommandContext,
): Promise<void> {
  await undoJob(id, options, session, inviteJobs, (people) => `Revoke the unused invitations of ${people}?`);
}
