import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { describeAddressProblem } from "../../../console/parts/address-problem";
import { refusalPage } from "../../../console/parts/back-link";
import { ProgressStep } from "../../../console/parts/badge";
import { InputField, PostForm, SubmitButton } from "../../../console/parts/forms";
import { type Fact, Facts } from "../../../console/parts/table";
import { Moment, momentText } from "../../../console/parts/time";
import { ShownValue, shortenText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { findText } from "../../../console/texts/languages";
import { GUID } from "../../../engine/directory-account";
import { reassignRequest, remindRequest, type StageAct, type StageInput } from "../acts/stages";
import { readApproverName } from "../approvers";
import { isRequestId } from "../deciding";
import { decidingWords } from "../deciding-words";
import type { ApprovalRequest, Stage, Stages } from "../request";
import { askedKind, GROUP_PREFIX, isAskedAs, listAskedNow, ROLE_PREFIX } from "../stages";
import { stateAt } from "../state-at";
import { buildActor, buildDecider, describeState, type RequestProps, readRequestField, requestField, requestPath } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { stagesTexts as t } from "./stages-texts";

const NAMED = 3;

/** "Sponsor", "you, Security". */
export function askedText(visit: Visit, approvers: readonly string[], sponsor?: string): string {
  const decider = buildDecider(visit);
  const isYou = (each: string) => askedKind(each) === "address" && isAskedAs(each, decider);
  // Contacts of partners do not see who the operators are.
  const nameFor = (each: string) => (visit.may("Decider") || askedKind(each) === "role" ? formatApprover(each) : t.operator);
  const names = approvers.slice(0, NAMED).map((each) => (each === sponsor ? frameTexts.sponsor : isYou(each) ? t.you : nameFor(each)));
  return [...new Set(names), ...(approvers.length > NAMED ? [approvalsTexts.andMore(approvers.length - NAMED)] : [])].join(", ");
}

function stageText(visit: Visit, approvers: readonly string[], sponsor: string | undefined): string {
  const name = askedText(visit, approvers, sponsor);
  const isMine = approvers.some((each) => isAskedAs(each, buildDecider(visit))) && !name.includes(t.you);
  return isMine ? `${name}: ${t.you}` : name;
}

export function formatApprovers(approvers: readonly string[], sponsor?: string): string {
  return approvers.map((each) => (each === sponsor ? frameTexts.sponsor : formatApprover(each))).join(", ");
}

function formatApprover(approver: string): string {
  switch (askedKind(approver)) {
    case "role":
      return findText(t.roles, approver.slice(ROLE_PREFIX.length)) ?? visible(approver.slice(ROLE_PREFIX.length));
    case "group":
      return t.group(visible(approver.slice(GROUP_PREFIX.length)));
    case "arn":
      return visible(approver.slice(approver.lastIndexOf("/") + 1));
    case "address":
      return visible(approver);
  }
}

/** If a stage ended the request, the result is shown at that stage. */
export function StageLine({ visit, request }: RequestProps) {
  const { stages } = request;
  if (stages === undefined) return null;
  const state = stateAt(request, visit.now);
  const isApproved = request.decision?.verdict === "approved";
  const last = isApproved ? stages.list.length : stages.running;
  const made = request.onApproval === "provision" ? "provisioned" : "admitted";
  const end = isApproved || request.state !== "pending" ? request.state : made;
  const isBad = end === "failed" || end === "denied" || end === "expired";
  // The last step is done once the account exists or the person was let in.
  const isThere = end === "provisioned" || end === "admitted";
  return (
    <section>
      <ol class="steps" aria-label={t.stages}>
        <ProgressStep kind="done" name={t.asked} detail={<Moment at={request.requestedAt} />} />
        {stages.list.map((stage, number) => {
          const isRunning = number === stages.running && !isApproved;
          const approvers = isRunning && state === "pending" ? listAskedNow(request, visit.now) : stage.by;
          const kind = number < last ? "done" : isRunning ? (state === "pending" ? "now" : "bad") : "next";
          return (
            <ProgressStep
              kind={kind}
              name={stageText(visit, approvers, request.sponsor)}
              detail={describeStage(visit, request, stages, number)}
            />
          );
        })}
        {/* The stage that ended it says so itself. */}
        {isBad && !isApproved ? null : (
          <ProgressStep
            kind={isBad ? "bad" : !isApproved ? "next" : isThere ? "done" : "now"}
            name={describeState(request, end)}
            detail=""
          />
        )}
      </ol>
      <StageFacts visit={visit} request={request} stages={stages} />
    </section>
  );
}

function describeStage(visit: Visit, request: ApprovalRequest, { list, running, votes }: Stages, number: number): string {
  const { need = 1 } = list[number] as Stage;
  const count = votes.filter(({ stage }) => stage === number).length;
  if (number > running) return t.later;
  const state = stateAt(request, visit.now);
  if (number === running && state === "denied") return t.denied;
  return number === running && state === "expired" && count < need ? t.ended : t.votes(count, need);
}

/** People asked now or next, and everybody who approved. Contacts of partners do not see them. */
function StageFacts({ visit, request, stages: { list, running, votes } }: RequestProps & { readonly stages: Stages }) {
  if (!visit.may("Decider")) return null;
  const { escalatesAt, sponsor } = request;
  const isPending = stateAt(request, visit.now) === "pending";
  const others = list[running]?.orElse ?? [];
  const approvers = listAskedNow(request, visit.now);
  const names = formatApprovers(approvers);
  const soFar: readonly Fact[] = [
    [t.askedNow, names === askedText(visit, approvers, sponsor) ? undefined : names],
    [
      t.escalates,
      escalatesAt && (
        <>
          <Moment at={escalatesAt} />
          {others.length === 0 ? null : `: ${formatApprovers(others)}`}
        </>
      ),
    ],
  ];
  return <Facts facts={[...(isPending ? soFar : []), [t.vote, votes.length > 0 && votes.map(voteLine)]]} />;
}

function voteLine({ by, for: whose, at, note }: Stages["votes"][number]) {
  return (
    <div>
      <bdi>{[visible(by.name), ...(whose === undefined ? [] : [t.for(visible(whose))])].join(" ")}</bdi>, <Moment at={at} />
      {note === undefined ? null : [": ", <ShownValue text={note} />]}
    </div>
  );
}

const MOST_ASKED = 20;

export function StageActs({ visit, request }: { readonly visit: Visit; readonly request: ApprovalRequest }) {
  if (!visit.may("Approver") || request.stages === undefined || stateAt(request, visit.now) !== "pending") return null;
  const hiddenFields = { request: requestField(request) };
  return (
    <section class="acts">
      <PostForm visit={visit} action="/approvals/remind" hidden={hiddenFields}>
        <SubmitButton text={t.remind} class="quiet" />
      </PostForm>
      <details>
        <summary>{t.reassign}</summary>
        <PostForm visit={visit} action="/approvals/reassign" hidden={hiddenFields}>
          <InputField id="to" label={t.reassignTo} hint={t.reassignHint} value="" required />
          <p class="actions">
            <SubmitButton text={t.reassignButton} class="quiet" />
          </p>
        </PostForm>
      </details>
    </section>
  );
}

function splitApprovers(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter((each) => each !== "");
}

/** The approvers as rows store them. Undefined if there are none or too many, or if one is invalid. */
export function readTypedApprovers(text: string): readonly string[] | undefined {
  const texts = splitApprovers(text);
  const approvers = texts.flatMap((each) => readApproverName(each) ?? []);
  return texts.length === 0 || approvers.length < texts.length || texts.length > MOST_ASKED ? undefined : approvers;
}

function describeApprovers(visit: Visit, text: string): string {
  const texts = splitApprovers(text);
  if (texts.length > MOST_ASKED) return t.tooManyTyped(MOST_ASKED);
  const odd = texts.find((each) => readApproverName(each) === undefined);
  if (odd === undefined) return t.nobodyTyped;
  if (GUID.test(odd)) return t.groupMeant(odd);
  const isNamed = [ROLE_PREFIX, GROUP_PREFIX].some((prefix) => odd.startsWith(prefix));
  return (isNamed ? undefined : describeAddressProblem(visit, odd)) ?? t.badApprover(shortenText(odd, 80));
}

async function askOthers(visit: Visit): Promise<Response> {
  const to = readTypedApprovers(visit.field("to"));
  if (to === undefined) return await refuse(visit, describeApprovers(visit, visit.field("to")), 400);
  return await act(visit, reassignRequest, { to }, "reassigned");
}

async function act<Input extends StageInput>(visit: Visit, stageAct: StageAct<Input>, input: Input, done: string): Promise<Response> {
  const target = readRequestField(visit.field("request"));
  if (!isRequestId(target.id)) return await refuse(visit, visit.say(decidingWords).why.unknown, 400);
  const result = await visit.carryOut(stageAct, { target, input, answered: [] }, buildActor(visit));
  if (result.kind === "stopped") return await refuse(visit, result.concerns[0].text(momentText), 409);
  return visit.goTo(`${requestPath(target.id)}?done=${done}`);
}

function refuse(visit: Visit, why: string, status: 400 | 409): Promise<Response> {
  const { id } = readRequestField(visit.field("request"));
  const back = { path: isRequestId(id) ? requestPath(id) : "/approvals", text: approvalsTexts.back };
  return refusalPage(visit, { title: frameTexts.notDone, why, back, status });
}

export const routes: readonly ConsoleRoute[] = [
  {
    method: "POST",
    path: "/approvals/remind",
    access: "Approver",
    hidden: ["request"],
    handler: (visit) => act(visit, remindRequest, {}, "reminded"),
  },
  { method: "POST", path: "/approvals/reassign", access: "Approver", hidden: ["request"], handler: askOthers },
];
