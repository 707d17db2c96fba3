import { type CommandContext, type DeploymentOptions, type JsonOption, readNow } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { isAtGate } from "../../../cli/gates";
import { formatCount } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import { decidingWords, followsText } from "../../approvals/deciding-words";
import { readWaitingList } from "../../approvals/in-state";
import { openApprovals, readActor } from "../../approvals/verbs/approver";
import { describeConcern, doDecisions } from "../../approvals/verbs/decide";

interface OldestOptions extends DeploymentOptions, JsonOption {
  readonly note?: string;
  readonly yes?: boolean;
}

/** Sets the exit code to 1 if a person could not be approved. */
export async function inviteOldest(count: number, options: OldestOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const deployment = await deploymentFor(options);
  const store = openApprovals(deployment, output.warn);
  const waiting = await readWaitingList(store, readNow(session));
  const next = waiting.filter((each) => isAtGate(each, options)).slice(0, count);
  if (next.length === 0) return output.warn("Nobody is on the waiting list.");
  await doDecisions(
    "approve",
    next,
    { note: options.note },
    {
      ...{ place: operatorPlace(deployment), actor: await readActor(options, deployment), session, yes: options.yes },
      ask(possible) {
        for (const { request, concerns } of possible) {
          (options.json ? output.warn : output.print)(`${request.email}, waiting since ${localTime(request.requestedAt)}`);
          for (const concern of concerns) output.warn(`  ${describeConcern(request, concern)}`);
        }
        const warned = possible.filter(({ concerns }) => concerns.length > 0).length;
        const warningText = warned === 0 ? "" : `, ${warned} with a warning`;
        return `Let in ${formatCount(possible.length, "person", "people")}${warningText}?`;
      },
      report(request, end) {
        const { id, reference, email } = request;
        const ok = "outcome" in end;
        const message = ok ? followsText(decidingWords.en, "approve", end.outcome) : describeConcern(request, end.refusal);
        if (!ok) session.exitCode = exitCodes.failed;
        if (options.json) output.json({ id, reference, email, ok, message });
        else (ok ? output.print : output.warn)(`${email}: ${message}`);
      },
    },
  );
}
