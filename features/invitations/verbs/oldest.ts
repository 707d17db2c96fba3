import { type ActResult, carryOutEach, reviewAct } from "../../../adapters/operator/act";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { isAtGate } from "../../../cli/gates";
import { formatCount } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import { decisionActs } from "../../approvals/acts";
import { decidingWords, followsText } from "../../approvals/deciding-words";
import type { ApprovalRequest } from "../../approvals/request";
import { openApprovals, readActor } from "../../approvals/verbs/approver";
import { describeConcern, findStop } from "../../approvals/verbs/decide";
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
  const doing = { actor: await readActor(options, deployment), now };
  const place = operatorPlace(deployment);
  const input = { note: options.note };
  const reviewed = await reviewAct(
    decisionActs.approve,
    next.map((request) => ({ id: request.id, seen: request, request })),
    input,
    place,
    doing,
  );
  const told = reviewed.map(({ concerns }) => concerns.filter(({ weight }) => weight !== "refused"));
  for (const [index, request] of next.entries()) {
    const { email, requestedAt } = request;
    (options.json ? output.warn : output.print)(`${email}, waiting since ${localTime(requestedAt)}`);
    for (const concern of told[index] ?? []) output.warn(`  ${describeConcern(request, concern)}`);
  }
  const warned = told.filter(({ length }) => length > 0).length;
  const warningText = warned === 0 ? "" : `, ${warned} with a warning`;
  if (!options.yes) await requireConfirmation(`Let in ${formatCount(next.length, "person", "people")}${warningText}?`);
  const attempts = next.map((seen, index) => ({
    target: { id: seen.id, reference: seen.reference, seen },
    input,
    answered: options.yes ? ("all" as const) : (told[index] ?? []).map(({ code }) => code),
  }));
  const results = await carryOutEach(decisionActs.approve, attempts, place, { ...doing, now: time?.now() ?? new Date() });
  for (const [index, request] of next.entries()) {
    const { id, reference, email } = request;
    const result = results[index] as ActResult<ApprovalRequest>;
    const ok = result.kind === "done";
    const message = ok ? followsText(decidingWords.en, "approve", result.outcome) : describeConcern(request, findStop(result));
    if (!ok) session.exitCode = exitCodes.failed;
    if (options.json) output.json({ id, reference, email, ok, message });
    else (ok ? output.print : output.warn)(`${email}: ${message}`);
  }
}
