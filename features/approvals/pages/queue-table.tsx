import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { Badge } from "../../../console/parts/badge";
import { ButtonLink, HiddenFields } from "../../../console/parts/forms";
import { gateName } from "../../../console/parts/gates";
import { OwnerMark, turnField } from "../../../console/parts/tasks";
import { RowTime } from "../../../console/parts/time";
import { shortenText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import type { MailLine } from "../../../engine/mail/mail-line";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { isSnoozed, requestSubject, type Task } from "../../../engine/tasks/task";
import { MailBadge } from "../../mails/pages/mail-alert";
import type { DecisionAction } from "../change";
import { getRequestDomain, type OfDomain } from "../filters";
import { isOwnRequest } from "../own-request";
import { type ApprovalRequest, DENIED_BY_LIST } from "../request";
import { ageText, approvalWords } from "../request-words";
import { askedByName, asksByName, isAskedAs } from "../stages";
import { stateAt } from "../state-at";
import {
  buildDecider,
  isDueSoon,
  nameShown,
  nameText,
  type RequestProps,
  requestField,
  StateTag,
  shortDay,
  visitorsObjection,
} from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { type KnownOf, listAsked, WarningIcon } from "./known";
import { MAX_AT_ONCE } from "./queue-asked";
import { askedText, formatApprovers } from "./stages";

interface QueueTableProps {
  readonly visit: Visit;
  readonly requests: readonly ApprovalRequest[];
  readonly caption: string;
  readonly empty: Child;
  readonly known: KnownOf;
  /** If there are any, each request has a checkbox. @default none */
  readonly verbs?: readonly DecisionAction[];
  /** Tasks by subject. They name the owners, and say which requests are snoozed. @default none */
  readonly tasks?: ReadonlyMap<string, Task>;
  /** States of mails, by subject. @default none is shown */
  readonly mails?: ReadonlyMap<string, readonly MailLine[]>;
  /** A domain with several requests gets a heading. @default no headings */
  readonly domains?: ReadonlyMap<string, OfDomain> | undefined;
  /** The address that selects all requests of a domain. */
  readonly selectPath?: ((domain: string) => string) | undefined;
  /** @default age: the waiting time */
  readonly last?: "age" | "answerBy" | "decidedAt";
  readonly path: (id: string) => string;
  readonly open?: string | undefined;
}

export function QueueTable(props: QueueTableProps) {
  const { requests, caption, empty, verbs = [], last = "age", domains } = props;
  if (requests.length === 0) return <div class="empty hint">{empty}</div>;
  const groupBegun = (request: ApprovalRequest, index: number): OfDomain | undefined => {
    const before = requests[index - 1];
    const of =
      before !== undefined && getRequestDomain(before) === getRequestDomain(request) ? undefined : domains?.get(getRequestDomain(request));
    return of !== undefined && of.all > 1 ? of : undefined;
  };
  return (
    <section class="scroll" tabindex={0} aria-label={caption}>
      <table class="queue">
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {verbs.length > 0 ? (
              <td class="check">
                <label class="check">
                  <input type="checkbox" data-check-all="request" hidden aria-label={frameTexts.selectAll} />
                </label>
              </td>
            ) : null}
            <th scope="col">{t.who}</th>
            <th scope="col">{t[last]}</th>
          </tr>
        </thead>
        <tbody>
          {requests.map((request, index) => {
            const of = groupBegun(request, index);
            return (
              <>
                {of && <GroupHead {...props} domain={getRequestDomain(request)} of={of} />}
                <QueueRow {...props} request={request} />
              </>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

type GroupProps = QueueTableProps & { readonly domain: string; readonly of: OfDomain };

function GroupHead({ domain, of: { all, open }, selectPath, verbs = [] }: GroupProps) {
  const select = open > MAX_AT_ONCE ? t.selectFirst(MAX_AT_ONCE) : t.selectAll(open);
  return (
    <tr class="group" data-key={`domain/${domain}`}>
      <th scope="rowgroup" colspan={verbs.length > 0 ? 3 : 2}>
        <span>
          <bdi>{visible(domain)}</bdi> <small>{all}</small>
        </span>
        {selectPath === undefined || open < 2 ? null : (
          <ButtonLink path={selectPath(domain)} text={select} aria-label={`${select}, ${visible(domain)}`} />
        )}
      </th>
    </tr>
  );
}

type RowProps = QueueTableProps & { readonly request: ApprovalRequest };

function QueueRow(props: RowProps) {
  const { visit, request, requests, known, tasks, mails, verbs = [], last = "age", path, open } = props;
  const task = tasks?.get(requestSubject(request.id));
  const { gate = DEFAULT_GATE, requestedAt } = request;
  const isSoon = isDueSoon(request, visit.now);
  const canDecide = verbs.some((verb) => visitorsObjection(visit, verb, request) === undefined);
  return (
    <tr data-key={request.id} aria-current={open === request.id ? "true" : undefined}>
      {verbs.length > 0 ? (
        <td class="check">
          <label>
            <input
              type="checkbox"
              name="request"
              value={requestField(request)}
              checked={canDecide && !hasListWarning(known, request) && ["all", getRequestDomain(request)].includes(visit.query("select"))}
              data-by-hand={canDecide ? undefined : ""}
              aria-label={frameTexts.select(visible(request.email))}
            />
          </label>
        </td>
      ) : null}
      <th scope="row" title={visible(request.email)}>
        <a href={path(request.id)}>
          {nameShown(request)}
          {requests.some((other) => other !== request && nameText(other) === nameText(request)) ? (
            <span class="hidden">, {visible(request.email)}</span>
          ) : null}
        </a>
        {stateAt(request, visit.now) === "pending" ? <WarningIcon known={known.get(request.id)} /> : null} <RowTag {...props} task={task} />{" "}
        <MailBadge visit={visit} lines={mails?.get(requestSubject(request.id))} />{" "}
        {task?.owner === undefined ? null : <OwnerMark owner={task.owner} />}
        <HiddenFields fields={turnField(task)} />
        <small>
          <bdi>{shortenText(request.email, 80)}</bdi>
          {request.ask === undefined ? null : ` · ${t.askedFor(visible(request.ask.name))}`}
          {request.renews === undefined ? null : ` · ${t.renewal}`}
          {requests.every((other) => (other.gate ?? DEFAULT_GATE) === gate) ? null : ` · ${gateName(gate)}`}
        </small>
      </th>
      <td class={isSoon ? "number soon" : "number"} title={isSoon ? t.soon : undefined}>
        {last === "decidedAt" ? <RowTime at={findEndTime(request, visit.now)} /> : null}
        {last === "answerBy" ? shortDay(visit, request.answerBy) : null}
        {last === "age" ? <time datetime={requestedAt}>{ageText(visit.say(approvalWords), requestedAt, visit.now)}</time> : null}
        {isSoon ? <span class="hidden">, {t.soon}</span> : null}
      </td>
    </tr>
  );
}

/** True if the list denies the person, or if the domain is a look-alike. No link selects such a request for approval. */
export function hasListWarning(factsById: KnownOf, { id }: Pick<ApprovalRequest, "id">): boolean {
  return listAsked(factsById.get(id)).some(({ code }) => code === DENIED_BY_LIST || code === "look-alike");
}

function findEndTime(request: ApprovalRequest, now: Date): string {
  if (stateAt(request, now) === "expired") return request.answerBy;
  return request.decision?.at ?? request.changedAt;
}

function RowTag({ task, ...props }: RowProps & { readonly task: Task | undefined }) {
  const { visit, request } = props;
  if (stateAt(request, visit.now) !== "pending") return <StateTag visit={visit} request={request} />;
  if (isOwnRequest(request, buildDecider(visit))) return <Badge tone="warn">{t.yours}</Badge>;
  if (task !== undefined && isSnoozed(task, visit.now)) return <Badge icon="snooze">{t.snoozed}</Badge>;
  return <AskedTag {...props} />;
}

/** The first person asked now, if the request names any. The tooltip names all. Only readers see the tag. */
export function AskedTag({ visit, request }: RequestProps) {
  if (!visit.may("Reader")) return null;
  const approvers = askedByName(request, visit.now);
  if (approvers.length === 0) return null;
  const { sponsor = "" } = request;
  const decider = buildDecider(visit);
  return (
    <Badge tone={asksByName(request, decider, visit.now) ? "info" : undefined}>
      <span title={formatApprovers(approvers)}>
        {askedText(visit, approvers.slice(0, 1), isAskedAs(sponsor, decider) ? undefined : sponsor)}
      </span>
    </Badge>
  );
}
