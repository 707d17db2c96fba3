import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { Avatar, Badge } from "../../../console/parts/badge";
import { Alert, ButtonLink, PostForm } from "../../../console/parts/forms";
import { Icon, type IconName } from "../../../console/parts/icon";
import { PersonLink, personPath } from "../../../console/parts/person-links";
import { Table } from "../../../console/parts/table";
import { TaskFoot, TaskIfAny } from "../../../console/parts/tasks";
import { timeColumn } from "../../../console/parts/time";
import { plainText, ShownValue, visible } from "../../../console/parts/value";
import { homes } from "../../../console/session/roles";
import { grouped } from "../../../engine/grouped";
import type { AttributeValue } from "../../../engine/sign-up/sign-up";
import { requestSubject } from "../../../engine/tasks/task";
import { decidingWords } from "../deciding-words";
import { verbs } from "../decision-verbs";
import { type Difference, differencesBetween, differencesOf } from "../differences";
import { isOwnRequest } from "../own-request";
import type { ApprovalRequest, HistoryEntry } from "../request";
import { asksByName, runningStage, votesNow } from "../stages";
import { stateAt } from "../state-at";
import {
  deciderOf,
  formData,
  isDueSoon,
  NoteField,
  nameShown,
  nameText,
  type RequestProps,
  requestField,
  requestPath,
  resultWords,
  StateTag,
  shortDay,
  VerbButtons,
  visitorsObjection,
} from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { Blockers, Changes, LookedAlike } from "./blockers";
import { lastBefore, noAccountWhy, type RequestAbout } from "./known";
import { DecidedFacts, EnteredAndKnown, knownFacts, RequestDetails } from "./request-facts";
import { askedText, StageActs, StageLine } from "./stages";
import { stagesTexts as s } from "./stages-texts";

interface RequestPanelProps {
  readonly visit: Visit;
  readonly about: RequestAbout;
  /** The queue that it is open in; undefined on its own page. */
  readonly from?: string | undefined;
  /** The one after it in that queue. */
  readonly next?: { readonly request: ApprovalRequest; readonly path: string } | undefined;
}

/** The person, what they entered, what is known about them, what an approval does, colleagues' notes, and the buttons. */
export function RequestPanel({ visit, about, from, next }: RequestPanelProps) {
  const { request, known, task } = about;
  const isPage = from === undefined;
  const isPending = stateAt(request, visit.now) === "pending";
  const mayApprove = visit.may("Approver") && visitorsObjection(visit, "approve", request) === undefined;
  return (
    <>
      <RequestHeader visit={visit} request={request} isPage={isPage} />
      <Alert kind="good">{visit.done(s.did)}</Alert>
      <StageLine visit={visit} request={request} />
      {isPending ? (
        <>
          <Blockers visit={visit} requests={[request]} known={new Map([[request.id, known]])} />
          <Changes request={request} known={known} />
        </>
      ) : (
        <>
          {known.like !== undefined && request.decision?.verdict === "approved" ? <LookedAlike like={known.like} /> : null}
          <DecidedFacts visit={visit} request={request} />
        </>
      )}
      <EnteredAndKnown visit={visit} request={request} known={knownFacts(visit, about)}>
        <RequestDetails {...about} />
      </EnteredAndKnown>
      {isPending && mayApprove ? (
        <section>
          <h2>{t.ifApproved}</h2>
          <Follows visit={visit} requests={[request]} />
        </section>
      ) : null}
      <StageActs visit={visit} request={request} />
      <TaskIfAny visit={visit} subject={requestSubject(request.id)} task={task} acts={isPage ? "here" : "in foot"} />
      <section>
        <details open={isPage}>
          <summary>{t.history}</summary>
          <RequestHistory visit={visit} request={request} others={known.others} />
        </details>
      </section>
      <DecideFooter visit={visit} about={about} from={from} next={next} />
    </>
  );
}

function RequestHeader({ visit, request, isPage }: RequestProps & { readonly isPage: boolean }) {
  const state = stateAt(request, visit.now);
  return (
    <header class="asker">
      <Avatar name={nameText(request)} />
      <div>
        {isPage ? <h1 class="entity">{nameShown(request)}</h1> : <h2 class="entity">{nameShown(request)}</h2>}
        <p>
          <PersonLink email={request.email} /> ·{" "}
          {isPage ? <code>{visible(request.reference)}</code> : <a href={requestPath(request.id)}>{visible(request.reference)}</a>}
        </p>
      </div>
      <p class="tags">
        {state === "pending" ? (
          <Badge tone={isDueSoon(request, visit.now) ? "warn" : undefined} icon="due">
            {t.answerBy} {shortDay(visit, request.answerBy)}
          </Badge>
        ) : (
          <StateTag state={state} />
        )}
      </p>
    </header>
  );
}

/** Consequences of approvals, with the number of requests if not all have them. */
export function Follows({ visit, requests }: Pick<RequestProps, "visit"> & { readonly requests: readonly ApprovalRequest[] }) {
  const follows = grouped(
    requests.flatMap((request) => followsApproval(visit, request, requests.length)),
    ([, text]) => text,
  );
  return (
    <ul class="if">
      {[...follows].map(([text, some]) => (
        <li>
          <Icon name={some[0]?.[0] ?? "next"} /> {text} {some.length === requests.length ? null : <small>{some.length}</small>}
        </li>
      ))}
    </ul>
  );
}

function followsApproval(visit: Visit, request: ApprovalRequest, count: number): readonly (readonly [IconName, string])[] {
  const { stages, onApproval, passDays, sponsor } = request;
  const missing = stages === undefined ? 0 : (runningStage(stages)?.need ?? 1) - votesNow(stages).length - 1;
  if (missing > 0) return [["account", s.missing(missing)]];
  const after = stages?.list[stages.running + 1];
  if (after !== undefined) return [["account", s.next(askedText(visit, after.by, sponsor))]];
  if (noAccountWhy(request) !== undefined) return [["accountFailed", t.ifNotMade]];
  const isMade = onApproval === "provision";
  const follows = [isMade ? (["account", t.ifMade(count)] as const) : (["signsIn", t.ifLetIn(passDays, count)] as const)];
  return [...follows, ["undo", visit.may("Approver") ? (isMade ? t.takeBack(count) : t.undoUntilIn(count)) : t.isFinal]];
}

/** The person's earlier values, and each change of the request. */
function RequestHistory({ visit, request, others }: RequestProps & { readonly others: readonly ApprovalRequest[] }) {
  const last = lastBefore(request, others);
  const by = ({ kind, name }: HistoryEntry["by"]) =>
    kind === "gatehouse"
      ? (t.parts[name] ?? visible(name))
      : `${visible(name)}${kind === "console" ? "" : ` (${t.ways[kind] ?? visible(kind)})`}`;
  return (
    <>
      <AttributeDifferences caption={t.differences} differences={differencesOf(request)} />
      {last === undefined ? null : (
        <AttributeDifferences caption={t.notAs(visible(last.reference))} differences={differencesBetween(last, request)} />
      )}
      <Table
        caption={t.history}
        columns={[
          timeColumn(visit, t.time),
          [
            t.change,
            (change) => (
              <span class="sentence">
                {changeText(visit, change, request)}
                {change.note === undefined ? null : [". ", <ShownValue text={change.note} />]}
              </span>
            ),
          ],
          [t.by, (change) => <bdi>{by(change.by)}</bdi>],
        ]}
        rows={request.history}
      />
    </>
  );
}

function AttributeDifferences({ caption, differences }: { readonly caption: string; readonly differences: readonly Difference[] }) {
  if (differences.length === 0) return null;
  const shown = (value: AttributeValue | undefined) => (value === undefined ? t.nothing : <ShownValue text={plainText(value)} />);
  return (
    <>
      <h2>{caption}</h2>
      <Table
        caption={caption}
        columns={[
          [t.attribute, ({ name }) => visible(name)],
          [t.before, ({ before }) => shown(before)],
          [t.now, ({ now }) => shown(now)],
        ]}
        rows={differences}
      />
    </>
  );
}

/** A change: another state, or a step within the stages, with the people it asks. */
function changeText(visit: Visit, { from, to, what, asked }: HistoryEntry, { sponsor }: ApprovalRequest): string {
  if (what === undefined) return to === "pending" && from !== "none" ? `${t.states[from]} → ${t.states[to]}` : t.states[to];
  return asked === undefined ? s.what[what] : `${s.what[what]} → ${askedText(visit, asked, sponsor)}`;
}

/** The changes that its state allows, whose it is to be, and the way on. */
function DecideFooter({ visit, about: { request, task }, from, next }: RequestPanelProps) {
  const possible = visit.may("Approver") ? verbs.filter((verb) => visitorsObjection(visit, verb, request) === undefined) : [];
  const refusal = refusalToDecide(visit, request);
  const isMade = request.state === "provisioned";
  const isOpen = from !== undefined && (stateAt(request, visit.now) === "pending" || request.state === "failed");
  if (possible.length === 0 && next === undefined && refusal === undefined && !isOpen) return null;
  return (
    <footer>
      {refusal === undefined ? null : <p class="note warn">{refusal}</p>}
      {possible.length === 0 ? null : (
        <PostForm
          visit={visit}
          action="/approvals/decide"
          {...formData(visit, request.id)}
          data-asks=""
          data-keys={from === undefined ? "" : undefined}
          hidden={{
            request: requestField(request),
            ...(from !== undefined && { back: from }),
            ...(next !== undefined && { next: next.request.id }),
          }}
        >
          <p class="actions">
            {isMade ? <ButtonLink path={personPath(request.email)} text={t.endAccess} /> : null}
            <VerbButtons verbs={possible} isMade={isMade} />
          </p>
          <details>
            <summary class="button ghost">{t.withNote}</summary>
            <NoteField />
          </details>
        </PostForm>
      )}
      {isOpen ? <TaskFoot visit={visit} subject={requestSubject(request.id)} task={task} /> : null}
      {next === undefined ? null : (
        <a class="next" href={next.path}>
          {t.next}: {nameShown(next.request)}
        </a>
      )}
    </footer>
  );
}

/** The reason why the visitor cannot decide on this request. A reader that it asks gets a link to the page for deciding. */
function refusalToDecide(visit: Visit, request: ApprovalRequest): Child | undefined {
  const decider = deciderOf(visit);
  if (!visit.may("Approver")) {
    if (!asksByName(request, decider, visit.now)) return undefined;
    return <a href={`${homes.Decider}/requests/${encodeURIComponent(request.id)}`}>{s.asksYou}</a>;
  }
  const { why } = visit.say(decidingWords);
  if (isOwnRequest(request, decider)) return why.own;
  if (request.stages === undefined || stateAt(request, visit.now) !== "pending") return undefined;
  const no = visitorsObjection(visit, "approve", request);
  return no && resultWords(visit, "approve", no);
}
