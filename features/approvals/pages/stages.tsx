import type { Visit } from "../../../console/app/visit";
import { Icon } from "../../../console/parts/icon";
import { Facts, Table } from "../../../console/parts/table";
import { Moment, timeColumn } from "../../../console/parts/time";
import { ShownValue, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import type { ApprovalRequest, Stage, Stages } from "../request";
import { askedKind, askedNow, GROUP_PREFIX, isAskedAs, ROLE_PREFIX } from "../stages";
import { stateAt } from "../state-at";
import { deciderOf, type RequestProps, shortDay } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { stagesTexts as t } from "./stages-texts";

/** Of many approvers as many are named. */
const NAMED = 3;

/** Those who are asked, as people read them: "you, role Security". */
export function askedText(visit: Visit, asked: readonly string[]): string {
  const decider = deciderOf(visit);
  const names = asked.slice(0, NAMED).map((each) => (isAskedAs(each, decider) ? t.you : nameOf(each)));
  return [...new Set(names), ...(asked.length > NAMED ? [t.others(asked.length - NAMED)] : [])].join(", ");
}

function namesOf(asked: readonly string[]): string {
  return asked.map((each) => nameOf(each)).join(", ");
}

function nameOf(asked: string): string {
  switch (askedKind(asked)) {
    case "role":
      return t.role(visible(asked.slice(ROLE_PREFIX.length)));
    case "group":
      return t.group(visible(asked.slice(GROUP_PREFIX.length)));
    case "arn":
      return visible(asked.slice(asked.lastIndexOf("/") + 1));
    case "address":
      return visible(asked);
  }
}

/** How far a request has come: asked, each stage, what came of it. The last of it stays when the request has ended. */
export function StageLine({ visit, request }: RequestProps) {
  const { stages } = request;
  if (stages === undefined) return null;
  const state = stateAt(request, visit.now);
  const isApproved = request.decision?.verdict === "approved";
  const last = isApproved ? stages.list.length : stages.running;
  const end = endOf(request, isApproved);
  // An account that could not be made, or is not made yet, is no end.
  const isThere = end === "provisioned" || end === "admitted";
  return (
    <section>
      <ol class="steps" aria-label={t.stages}>
        <Step kind="done" name={t.asked} detail={shortDay(visit, request.requestedAt)} />
        {stages.list.map((stage, number) => {
          const isRunning = number === stages.running && !isApproved;
          const asked = isRunning && state === "pending" ? askedNow(request, visit.now) : stage.by;
          const kind = number < last ? "done" : isRunning && state === "pending" ? "now" : "next";
          return <Step kind={kind} name={askedText(visit, asked)} detail={detailOf(visit, request, stages, number)} />;
        })}
        <Step kind={!isApproved ? "next" : isThere ? "done" : "now"} name={approvalsTexts.states[end]} detail="" />
      </ol>
    </section>
  );
}

/** What the request leads to, or came to. */
function endOf({ state, onApproval }: ApprovalRequest, isApproved: boolean): ApprovalRequest["state"] {
  if (isApproved || state !== "pending") return state;
  return onApproval === "provision" ? "provisioned" : "admitted";
}

function detailOf(visit: Visit, request: ApprovalRequest, { list, running, votes }: Stages, number: number): string {
  const { need = 1 } = list[number] as Stage;
  const count = votes.filter(({ stage }) => stage === number).length;
  if (number > running) return t.later;
  const state = stateAt(request, visit.now);
  if (number === running && state === "denied") return t.denied;
  return number === running && state === "expired" && count < need ? t.ended : t.votes(count, need);
}

function Step({ kind, name, detail }: { readonly kind: "done" | "now" | "next"; readonly name: string; readonly detail: string }) {
  return (
    <li class={kind} aria-current={kind === "now" ? "step" : undefined}>
      <span aria-hidden="true">{kind === "done" ? <Icon name="allow" /> : null}</span>
      <b>
        <bdi>{name}</bdi>
      </b>
      <small>{detail}</small>
    </li>
  );
}

/** Who is asked now and since when, until when others are not, and everybody who approved. */
export function StageFacts({ visit, request }: RequestProps) {
  const { stages, escalatesAt, sponsor } = request;
  if (stages === undefined) return null;
  const { list, running, since, votes, remindedAt } = stages;
  const isPending = stateAt(request, visit.now) === "pending";
  const others = list[running]?.orElse ?? [];
  return (
    <section>
      <h2>{t.stages}</h2>
      <Facts
        facts={[
          [t.sponsor, sponsor && visible(sponsor)],
          ...(isPending
            ? ([
                [t.askedNow, namesOf(askedNow(request, visit.now))],
                [t.since, <Moment at={since} />],
                [
                  t.escalates,
                  escalatesAt && (
                    <>
                      <Moment at={escalatesAt} />
                      {others.length === 0 ? null : t.escalatesTo(namesOf(others))}
                    </>
                  ),
                ],
                [t.reminded, remindedAt && <Moment at={remindedAt} />],
              ] as const)
            : []),
        ]}
      />
      {votes.length === 0 ? null : (
        <Table
          caption={t.vote}
          columns={[
            [
              t.vote,
              ({ by, for: whose }) => <bdi>{[visible(by.name), ...(whose === undefined ? [] : [t.for(visible(whose))])].join(" ")}</bdi>,
            ],
            [t.stages, ({ stage }) => t.number(stage + 1)],
            timeColumn(visit, approvalsTexts.time),
            [frameTexts.note, ({ note }) => (note === undefined ? null : <ShownValue text={note} />)],
          ]}
          rows={votes}
        />
      )}
    </section>
  );
}
