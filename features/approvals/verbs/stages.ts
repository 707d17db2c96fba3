import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { approvers } from "../approvers";
import type { Say, TransitionResult } from "../change";
import { restrictToShown } from "../deciding";
import { decidingWords } from "../deciding-words";
import type { Stored } from "../request";
import { reassign, remindApprovers } from "../stages";
import { openApprovals, readApprover } from "./approver";
import { findNamedRequests, inShort } from "./requests";

interface StageOptions extends DeploymentOptions, JsonOption {
  readonly note?: string;
  readonly yes?: boolean;
}

/** People who have already approved are not asked again. */
export async function reassignRequests(
  words: readonly string[],
  options: StageOptions & { readonly to: readonly string[] },
  session: CommandContext,
) {
  const to = parseApprovers(options.to);
  const doneText = `Others are asked now: ${to.join(", ")}.`;
  await changeStages(words, options, session, {
    question: "Reassign",
    done: doneText,
    change: (storedRequest, say, now) => reassign(storedRequest, say, to, now),
  });
}

export async function remindStages(words: readonly string[], options: StageOptions, session: CommandContext): Promise<void> {
  await changeStages(words, options, session, {
    question: "Remind the approvers of",
    done: "The approvers get a mail.",
    change: remindApprovers,
  });
}

interface StageStep {
  readonly question: string;
  readonly done: string;
  readonly change: (storedRequest: Stored, say: Say, now: Date) => TransitionResult;
}

/** Exits with 1 if any request was refused. */
async function changeStages(words: readonly string[], options: StageOptions, session: CommandContext, step: StageStep): Promise<void> {
  const { output } = session;
  const say: Say = { by: readApprover(), ...(options.note !== undefined && { note: options.note }) };
  const deployment = await deploymentFor(options);
  const requests = (await Promise.all(words.map((each) => findNamedRequests(each, deployment)))).flat();
  const isPossible = requests.some((request) => step.change(request, say, new Date()).ok);
  if (!options.yes && isPossible) {
    for (const request of requests) (options.json ? output.warn : output.print)(inShort(request));
    await requireConfirmation(`${step.question} ${formatCount(requests.length, "request")}?`);
  }
  const store = openApprovals(deployment);
  for (const request of requests) {
    const { id, reference, email } = request;
    const outcome = await store.change(
      id,
      restrictToShown(request, (storedRequest) => step.change(storedRequest, say, new Date())),
    );
    const until = !outcome.ok && outcome.until !== undefined ? ` Not before ${outcome.until}.` : "";
    const message = outcome.ok ? step.done : `${decidingWords.en.why[outcome.why]}${until}`;
    if (!outcome.ok) session.exitCode = exitCodes.failed;
    if (options.json) output.json({ id, reference, email, ok: outcome.ok, ...(!outcome.ok && { why: outcome.why }), message });
    else (outcome.ok ? output.print : output.warn)(`${reference}  ${email}: ${message}`);
  }
}

/** Reads approvers in the form of a policy: an app role, a group's object id, an address, an ARN. */
export function parseApprovers([first = "", ...others]: readonly string[]): readonly string[] {
  try {
    return approvers(first, ...others).fixed ?? [];
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message.replace("approvers:", "--to:") : String(error));
  }
}
