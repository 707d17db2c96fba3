import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { isAtGate } from "../../../cli/gates";
import { formatCount } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { decideRequest } from "../../approvals/deciding";
import { openApprovals, readApprover, readDecider } from "../../approvals/verbs/approver";
import { readWarnings } from "../../approvals/verbs/warnings";
import { oldestWaiting } from "../store";

interface OldestOptions extends DeploymentOptions, JsonOption {
  readonly note?: string;
  readonly yes?: boolean;
}

/** Sets the exit code to 1 if a person could not be approved. */
export async function inviteOldest(count: number, options: OldestOptions, session: CommandContext): Promise<void> {
  const { output, time } = session;
  const now = time?.now() ?? new Date();
  const deployment = await deploymentFor(options);
  const store = openApprovals(deployment, output.warn);
  const next = await oldestWaiting(store, count, now, (each) => isAtGate(each, options));
  if (next.length === 0) return output.warn("Nobody is on the waiting list.");
  const warnings = await readWarnings(next, deployment, now);
  for (const request of next) {
    (options.json ? output.warn : output.print)(`${request.email}, waiting since ${localTime(request.requestedAt)}`);
    for (const warning of warnings.get(request) ?? []) output.warn(`  ${warning}`);
  }
  const warningText = warnings.size === 0 ? "" : `, ${warnings.size} with a warning`;
  if (!options.yes) await requireConfirmation(`Let in ${formatCount(next.length, "person", "people")}${warningText}?`);
  const decider = await readDecider(options, deployment);
  const say = { by: readApprover(), decider, ...(options.note !== undefined && { note: options.note }) };
  for (const seenRequest of next) {
    const { id, reference, email } = seenRequest;
    const result = await decideRequest(store, "approve", { id, reference, seen: seenRequest, ...say }, time?.now() ?? new Date());
    if (!result.ok) session.exitCode = exitCodes.failed;
    if (options.json) output.json({ id, reference, email, ok: result.ok, message: result.message });
    else (result.ok ? output.print : output.warn)(`${email}: ${result.message}`);
  }
}
