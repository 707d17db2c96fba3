import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { Avatar, Badge } from "../../../console/parts/badge";
import { Alert, ButtonLink, PostForm, SubmitButton } from "../../../console/parts/forms";
import { Icon, type IconName } from "../../../console/parts/icon";
import { CHANGE_PEOPLE_PATH, PersonLink, personPath, UnlikeDomain } from "../../../console/parts/links";
import { Table } from "../../../console/parts/table";
import { TaskFoot, TaskIfAny } from "../../../console/parts/tasks";
import { plainText, ShownValue, visible } from "../../../console/parts/value";
import { homes } from "../../../console/session/roles";
import { groupBy } from "../../../engine/collections";
import type { AttributeValue } from "../../../engine/sign-up/sign-up";
import { requestSubject } from "../../../engine/tasks/task";
import { MailAlert } from "../../mails/pages/mail-alert";
import { findTroubles } from "../../mails/words";
import { findLastBefore } from "../acts/decision";
import { decisionActions } from "../change";
import { noAccountWhy } from "../client/bodies";
import { decidingWords } from "../deciding-words";
import { isOpen as isOpenInvitation } from "../invite-person";
import { isOwnRequest } from "../own-request";
import type { ApprovalRequest } from "../request";
import { differencesBetween, findDifferences } from "../request-facts";
import { asksByName, countMissingVotes } from "../stages";
import { readDeadline, stateAt } from "../state-at";
import {
  buildDecider,
  formData,
  isDueSoon,
  NoteField,
  nameShown,
  nameText,
  ReplyField,
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
import { Blockers, Changes, type RequestAbout } from "./known";
import { DecidedFacts, EnteredAndKnown, knownFacts, RequestDetails } from "./request-facts";
import { askedText, StageActs, StageLine } from "./stages";
import { stagesTexts as s } from "./stages-texts";

interface RequestPanelProps {
  readonly visit: Visit;
  readonly about: RequestAbout;
  /** The queue beside which the panel is open. Undefined on the request's own page. */
  readonly from?: string | undefined;
  readonly next?: { readonly request: ApprovalRequest; readonly path: string } | undefined;
}

export function RequestPanel(props: RequestPanelProps) {
  const { visit, about, from } = props;
  const { request, known, task } = about;
  const isPage = from === undefined;
  const isPending = stateAt(request, visit.now) === "pending";
  const mayApprove = visit.may("Approver") && visitorsObjection(visit, "approve", request) === undefined;
  return (
    <>
      <RequestHeader visit={visit} request={request} isPage={isPage} />
      <Alert kind="good">{visit.done(s.did)}</Alert>
      <MailAlert visit={visit} lines={about.mails} />
      {visit.may("Approver") && isOpenInvitation(request, visit.now) && findTroubles(about.mails).length > 0 ? (
        <InvitationActs visit={visit} request={request} />
      ) : null}
      <StageLine visit={visit} request={request} />
      {isPending ? (
        <>
          <Blockers visit={visit} requests={[request]} known={new Map([[request.id, known]])} />
          <Changes request={request} known={known} />
        </>
      ) : (
        <>
          {request.decision?.verdict === "approved" ? (
            <Alert kind="warn">{known.state.like && <UnlikeDomain {...known.state.like} />}</Alert>
          ) : null}
          <DecidedFacts visit={visit} request={request} />
        </>
      )}
      <EnteredAndKnown visit={visit} request={request} known={knownFacts(visit, about)}>
        {isPage ? <RequestDetails {...about} /> : null}
      </EnteredAndKnown>
      <Differences request={request} others={known.state.others} />
      {isPending && mayApprove ? <IfApproved visit={visit} request={request} /> : null}
      <StageActs visit={visit} request={request} />
      <TaskIfAny visit={visit} subject={requestSubject(request.id)} task={task} />
      <DecideFooter {...props} />
    </>
  );
}

export function RequestHeader({ visit, request, isPage }: RequestProps & { readonly isPage: boolean }) {
  const deadline = readDeadline(request, visit.now);
  return (
    <header class="asker">
      <Avatar name={nameText(request)} />
      <div>
        {isPage ? <h1 class="entity">{nameShown(request)}</h1> : <h2 class="entity">{nameShown(request)}</h2>}
        <p>
          {visit.may("Reader") ? <PersonLink email={request.email} /> : <bdi>{visible(request.email)}</bdi>} ·{" "}
          {isPage ? <code>{visible(request.reference)}</code> : <a href={requestPath(request.id)}>{visible(request.reference)}</a>}
        </p>
      </div>
      <p class="tags">
        {deadline === undefined ? (
          <StateTag visit={visit} request={request} />
        ) : (
          <Badge tone={isDueSoon(request, visit.now) ? "warn" : undefined} icon="due">
            {t.answerBy} {shortDay(visit, deadline)}
          </Badge>
        )}
      </p>
    </header>
  );
}

export function IfApproved({ visit, request }: RequestProps) {
  return (
    <section>
      <h2>{t.ifApproved}</h2>
      <Follows visit={visit} requests={[request]} />
    </section>
  );
}

/** Lists what follows from an approval, with the number of requests if there are several. */
export function Follows({ visit, requests }: Pick<RequestProps, "visit"> & { readonly requests: readonly ApprovalRequest[] }) {
  const follows = groupBy(
    requests.flatMap((request) => followsApproval(visit, request)),
    ([, text]) => text,
  );
  return (
    <ul class="if">
      {[...follows].map(([text, some]) => (
        <li>
          <Icon name={some[0]?.[0] ?? "next"} /> {text}
          {requests.length === 1 ? null : <small>{t.people(String(some.length))}</small>}
        </li>
      ))}
    </ul>
  );
}

function followsApproval(visit: Visit, request: ApprovalRequest): readonly (readonly [IconName, string])[] {
  const { ask, stages, onApproval, passDays, sponsor } = request;
  const missing = countMissingVotes(stages);
  if (missing > 0) return [["account", s.missing(missing)]];
  const after = stages?.list[stages.running + 1];
  if (after !== undefined) return [["account", s.next(askedText(visit, after.by, sponsor))]];
  if (noAccountWhy(request) !== undefined) return [["accountFailed", t.ifNotMade]];
  const isMade = onApproval === "provision";
  const undo: readonly [IconName, string] = isMade ? ["warning", t.takeBack] : ["undo", ask ? t.undoUntilUsed : t.undoUntilIn];
  return [
    ask
      ? ["account", t.ifInvited(visible(ask.addresses[0] ?? ask.name), passDays)]
      : isMade
        ? ["account", t.ifMade]
        : ["signsIn", t.ifLetIn(passDays)],
    visit.may("Approver") ? undo : ["warning", t.isFinal],
  ];
}

function Differences({ request, others }: Pick<RequestProps, "request"> & { readonly others: readonly ApprovalRequest[] }) {
  const last = findLastBefore(request, others);
  const [caption, differences] =
    request.earlier !== undefined || last === undefined
      ? [t.differences, findDifferences(request)]
      : [t.notAs(visible(last.reference)), differencesBetween(last, request)];
  if (differences.length === 0) return null;
  const renderValue = (value: AttributeValue | undefined) => (value === undefined ? t.nothing : <ShownValue text={plainText(value)} />);
  return (
    <section>
      <h2>{caption}</h2>
      <Table
        caption={caption}
        columns={[
          [t.attribute, ({ name }) => visible(name)],
          [t.before, ({ before }) => renderValue(before)],
          [t.now, ({ now }) => renderValue(now)],
        ]}
        rows={differences}
      />
    </section>
  );
}

function DecideFooter({ visit, about: { request, task, isIn }, from, next }: RequestPanelProps) {
  const mayApprove = visit.may("Approver");
  const shownVerbs = mayApprove ? decisionActions.filter((verb) => visitorsObjection(visit, verb, request) === undefined) : [];
  const refusal = refusalToDecide(visit, request);
  const isMade = request.state === "provisioned";
  const isOpen = stateAt(request, visit.now) === "pending" || request.state === "failed";
  if (shownVerbs.length === 0 && next === undefined && refusal === undefined && !isOpen) return null;
  return (
    <footer>
      {refusal === undefined ? null : <p class="note warn">{refusal}</p>}
      {isMade && mayApprove ? <EndAccess visit={visit} request={request} isIn={isIn} /> : null}
      {shownVerbs.length === 0 ? null : (
        <DecideForm
          visit={visit}
          request={request}
          action="/approvals/decide"
          // The queue's form handles the keyboard shortcuts if the request is beside a queue.
          data-keys={from === undefined ? "" : undefined}
          hidden={{ ...(from !== undefined && { back: from }), ...(next !== undefined && { next: next.request.id }) }}
        >
          {isMade ? (
            <SubmitButton text={t.reopen} name="verb" value="reopen" class="quiet" />
          ) : (
            <VerbButtons verbs={shownVerbs} request={request} />
          )}
          {isMade ? <span class="hint">{t.reopenMade}</span> : null}
        </DecideForm>
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

type DecideFormProps = RequestProps &
  Pick<Parameters<typeof PostForm>[0], "action" | "hidden" | "children"> & { readonly "data-keys"?: "" | undefined };

export function DecideForm({ visit, request, hidden, children, ...form }: DecideFormProps) {
  return (
    <PostForm visit={visit} {...formData(visit, request.id)} {...form} hidden={{ ...hidden, request: requestField(request) }} data-asks="">
      <p class="actions">{children}</p>
      <details>
        <summary class="button ghost">{t.withNote}</summary>
        <NoteField />
      </details>
      {request.ask === undefined ? null : <ReplyField />}
    </PostForm>
  );
}

function InvitationActs({ visit, request }: RequestProps) {
  const hidden = { person: `request/${request.id}/${request.turn}`, back: personPath(request.email) };
  return (
    <section>
      <PostForm visit={visit} action={CHANGE_PEOPLE_PATH} hidden={hidden} data-asks="">
        <p class="actions">
          <SubmitButton text={t.sendAgain} name="verb" value="resend" class="quiet" />
          <SubmitButton text={t.correctAddress} name="verb" value="correct" class="quiet" />
        </p>
      </PostForm>
    </section>
  );
}

function EndAccess({ visit, request, isIn }: RequestProps & Pick<RequestAbout, "isIn">) {
  const path = personPath(request.email);
  if (!isIn) return <ButtonLink path={path} text={t.endAccess} />;
  return (
    <PostForm visit={visit} action={CHANGE_PEOPLE_PATH} hidden={{ person: `account/${request.account?.id}`, back: path }} data-asks="">
      <SubmitButton text={t.endAccess} name="verb" value="end-access" class="danger" />
    </PostForm>
  );
}

function refusalToDecide(visit: Visit, request: ApprovalRequest): Child | undefined {
  const decider = buildDecider(visit);
  if (!visit.may("Approver")) {
    if (!asksByName(request, decider, visit.now)) return undefined;
    return <a href={`${homes.Decider}/requests/${encodeURIComponent(request.id)}`}>{s.asksYou}</a>;
  }
  const { why } = visit.say(decidingWords);
  if (isOwnRequest(request, decider)) return why.own;
  if (request.stages === undefined || stateAt(request, visit.now) !== "pending") return undefined;
  const no = visitorsObjection(visit, "approve", request);
  return no && resultWords(visit, no);
}
