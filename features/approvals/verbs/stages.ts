import { doActs } from "../../../cli/act";
import { type CommandContext, readNow } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { formatCount, tellBeside } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import { reassignRequest, remindRequest, type StageAct, type StageInput } from "../acts/stages";
import { approvers, readApproverName } from "../approvers";
import { showStored } from "../deciding-words";
import { readInState } from "../in-state";
import type { ApprovalRequest } from "../request";
import { isWaitingFor } from "../stages";
import { type ChangeOptions, describeShortly, findNamedRequests, openApprovals, readActor, reportEnd } from "./requests";

/** People who have already approved are not asked again. */
export async function reassignRequests(
  words: readonly string[],
  options: ChangeOptions & { readonly to: readonly string[]; readonly asks?: string },
  session: CommandContext,
) {
  if ((options.asks === undefined) === (words.length === 0)) throw new CommandError("Name requests, or write --asks pat@contoso.com.");
  const to = parseApprovers(options.to);
  const done = `Others are asked now: ${to.join(", ")}.`;
  await changeStages(words, options, session, { question: "Reassign", done, act: reassignRequest, input: { to, note: options.note } });
}

export async function remindStages(words: readonly string[], options: ChangeOptions, session: CommandContext): Promise<void> {
  const done = "The approvers get a mail.";
  const question = "Remind the approvers of";
  await changeStages(words, options, session, { question, done, act: remindRequest, input: { note: options.note } });
}

interface StageStep<Input extends StageInput> {
  readonly question: string;
  readonly done: string;
  readonly act: StageAct<Input>;
  readonly input: Input;
}

/** Exits with 1 if any request was refused. */
async function changeStages<Input extends StageInput>(
  words: readonly string[],
  options: ChangeOptions & { readonly asks?: string },
  session: CommandContext,
  { question, done, act, input }: StageStep<Input>,
): Promise<void> {
  const { output } = session;
  const deployment = await deploymentFor(options);
  const requests =
    options.asks === undefined
      ? (await Promise.all(words.map((each) => findNamedRequests(each, deployment)))).flat()
      : await findAsking(options.asks, deployment, readNow(session));
  if (requests.length === 0) return output.warn(`No request that waits asks ${options.asks}.`);
  const wanted = requests.map((seen) => ({ target: { id: seen.id, reference: seen.reference, seen }, input }));
  await doActs(act, wanted, {
    ...{ place: operatorPlace(deployment), actor: await readActor(options, deployment), session, yes: options.yes },
    ask(possible) {
      for (const { index } of possible) tellBeside(options, output)(describeShortly(requests[index] as ApprovalRequest));
      return `${question} ${formatCount(possible.length, "request")}?`;
    },
    report(index, end) {
      const { id, reference, email } = requests[index] as ApprovalRequest;
      const refusal = "refusal" in end ? end.refusal : undefined;
      const message = refusal?.text(options.json ? showStored : localTime) ?? done;
      const result = { id, reference, email, ok: refusal === undefined, why: refusal?.code, message };
      reportEnd(result, `${reference}  ${email}: ${message}`, options, session);
    },
  });
}

async function findAsking(who: string, deployment: Deployment, now: Date): Promise<readonly ApprovalRequest[]> {
  const names = parseApprovers([who]);
  const waiting: ApprovalRequest[] = [];
  for await (const page of readInState(openApprovals(deployment), "pending", now)) waiting.push(...page);
  return waiting.filter((request) => isWaitingFor(names, request, now));
}

/** Reads approvers in the form of a policy, or as rows store them: an app role, a group's object id, an address, an ARN. */
export function parseApprovers(names: readonly string[]): readonly string[] {
  try {
    return names.flatMap((each) => readApproverName(each) ?? approvers(each).fixed ?? []);
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message.replace("approvers:", "--to:") : String(error));
  }
}
