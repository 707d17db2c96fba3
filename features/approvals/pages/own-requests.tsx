import type { Child } from "hono/jsx";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { refusalPage } from "../../../console/parts/back-link";
import { Avatar } from "../../../console/parts/badge";
import { Alert, ErrorSummary, isSure, PostForm, SURE, SubmitButton, tooLong } from "../../../console/parts/forms";
import { TickedBar } from "../../../console/parts/list-page";
import { ListCrumb } from "../../../console/parts/page-head";
import { Moment } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import type { Access } from "../../../console/session/roles";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import type { RequestBrief } from "../brief";
import { isOwnRequest } from "../own-request";
import type { ApprovalRequest } from "../request";
import { asks } from "../stages";
import { stateAt } from "../state-at";
import {
  deciderOf,
  formData,
  type NamedRequest,
  NoteField,
  nameShown,
  nameText,
  providerShown,
  type RequestProps,
  renewalFact,
  requestField,
  requestOf,
  resultWords,
  VerbButtons,
} from "./approvals-parts";
import { approvalsTexts as a } from "./approvals-texts";
import { Remarks } from "./blockers";
import { decideOne } from "./decide";
import { askBeforeDeciding, readDecision, type SentDecision } from "./decide-question";
import { knownAlone } from "./known";
import { briefsIn } from "./queue-asked";
import { countByDomain, inOrder, sortKeyOf } from "./queue-read";
import { QueueTable } from "./queue-table";
import { EnteredAndKnown } from "./request-facts";
import { Follows } from "./request-panel";
import { StageLine } from "./stages";

// Pages for people who see and decide on some of the waiting requests, but nothing else.

/** A person's own pages, and their requests. */
export interface OwnRequests {
  /** The path of the first page. */
  readonly path: string;
  readonly access: Access;
  /** True if the visitor may see and decide on a request. Each call checks the current row. */
  isTheirs(visit: Visit, request: RequestBrief): boolean;
  words(visit: Visit): { readonly title: string; readonly only: string };
  /** Below the list. */
  more?(visit: Visit): Promise<Child>;
}

const SHOWN = 100;
const verbs = ["approve", "deny"] as const;

const t = pageTexts({
  waiting: ["Requests that wait for a decision", "결정을 기다리는 요청"],
  none: ["Nobody is waiting for a decision.", "결정을 기다리는 사람이 없습니다."],
  more: [(count: number) => `${count} more follow once these are decided.`, (count) => `위의 요청을 처리하면 ${count}건이 더 표시됩니다.`],
  did: {
    approve: ["You approved the request.", "요청을 승인했습니다."],
    deny: ["You denied the request.", "요청을 거부했습니다."],
    "approve-several": ["You approved the selected requests.", "선택한 요청을 승인했습니다."],
    "deny-several": ["You denied the selected requests.", "선택한 요청을 거부했습니다."],
  },
  notAll: [
    (failed: number, all: number) => `${failed} of ${all} could not be decided.`,
    (failed, all) => `${all}건 중 ${failed}건은 처리하지 못했습니다.`,
  ],
  operator: ["an operator", "운영자"],
  gone: ["There is no such request, or it was decided meanwhile.", "요청이 없거나 그 사이에 처리되었습니다."],
});

export function ownRequestRoutes(own: OwnRequests): readonly ConsoleRoute[] {
  const { path, access } = own;
  return [
    { method: "GET", path, access, asks: { select: "any" }, handler: (visit) => list(visit, own) },
    { method: "GET", path: `${path}/requests/:id`, access, handler: (visit) => show(visit, own) },
    {
      method: "POST",
      path: `${path}/decide`,
      access,
      hidden: ["request", "without", ...Object.keys(SURE)],
      handler: (visit) => decide(visit, own),
    },
  ];
}

async function list(visit: Visit, own: OwnRequests): Promise<Response> {
  const store = visit.world.readableApprovals();
  const briefs = (await briefsIn(visit, "pending")).briefs.filter((brief) => isWaiting(visit, own, brief));
  const ids = inOrder(briefs, sortKeyOf({ sort: "domain" }, briefs)).map(({ id }) => id);
  // The index lags a moment behind the rows.
  const shown = (await store.getAll(ids.slice(0, SHOWN))).filter((request) => isWaiting(visit, own, request));
  const { title, only } = own.words(visit);
  return await visit.page(
    title,
    <>
      <Alert kind="good">{visit.done(t.did)}</Alert>
      <p class="hint">{only}</p>
      <PostForm visit={visit} action={`${own.path}/decide`} {...formData(visit, own.path)} data-asks="">
        {/* Enter on a box presses the form's first button: this one does nothing. */}
        <button type="submit" disabled hidden />
        <QueueTable
          visit={visit}
          requests={shown}
          caption={t.waiting}
          empty={t.none}
          verbs={verbs}
          domains={countByDomain(visit, shown)}
          hasDue
          selectPath={(select) => `${own.path}?${new URLSearchParams({ select })}`}
          path={(id) => requestPathOf(own, id)}
        />
        <TickedBar label={a.decide}>
          <VerbButtons verbs={verbs} />
        </TickedBar>
      </PostForm>
      {ids.length > SHOWN ? <p class="hint">{t.more(ids.length - SHOWN)}</p> : null}
      {(await own.more?.(visit)) ?? null}
    </>,
  );
}

function requestPathOf({ path }: OwnRequests, id: string): string {
  return `${path}/requests/${encodeURIComponent(id)}`;
}

function isWaiting(visit: Visit, own: OwnRequests, request: RequestBrief): boolean {
  if (stateAt(request, visit.now) !== "pending" || !own.isTheirs(visit, request)) return false;
  return request.stages === undefined || asks(request, deciderOf(visit), visit.now);
}

/** Undefined for somebody else's request too, so that it does not reveal which exist. */
async function theirRequest(visit: Visit, own: OwnRequests, id: string): Promise<ApprovalRequest | undefined> {
  const request = await requestOf(visit, id);
  return request !== undefined && isWaiting(visit, own, request) ? request : undefined;
}

async function show(visit: Visit, own: OwnRequests): Promise<Response> {
  const request = await theirRequest(visit, own, visit.context.req.param("id") ?? "");
  return request === undefined ? await showGone(visit, own) : await showRequest(visit, own, request);
}

function showGone(visit: Visit, own: OwnRequests, why: string = t.gone): Promise<Response> {
  const back = { path: own.path, text: frameTexts.toRequests };
  return refusalPage(visit, { title: own.words(visit).title, why, back, status: why === t.gone ? 404 : 409 });
}

/** @param sent what kept a decision from being made */
function showRequest(
  visit: Visit,
  own: OwnRequests,
  request: ApprovalRequest,
  sent?: { readonly note: string; readonly problem: string; readonly status: 400 | 409 },
): Promise<Response> {
  const content = <About visit={visit} own={own} request={request} />;
  return visit.page(
    nameText(request),
    <>
      <ErrorSummary title={frameTexts.notDone} problems={sent === undefined ? [] : [sent.problem]} />
      {isOwnRequest(request, deciderOf(visit)) ? (
        <div class="panel">{content}</div>
      ) : (
        <PostForm
          visit={visit}
          action={`${own.path}/decide`}
          class="panel"
          {...formData(visit, request.id)}
          hidden={{ request: requestField(request) }}
        >
          {content}
          <section>
            <h2>{a.ifApproved}</h2>
            <Follows visit={visit} requests={[request]} />
          </section>
          <section>
            <NoteField note={sent?.note} />
          </section>
          <footer>
            {verbs.map((verb) => (
              <SubmitButton text={a.verbs[verb]} name="verb" value={verb} class={verb === "deny" ? "danger" : undefined} />
            ))}
          </footer>
        </PostForm>
      )}
    </>,
    { status: sent?.status ?? 200, head: <ListCrumb path={own.path} text={own.words(visit).title} /> },
  );
}

/** A request: the person, its stage, what they entered, and known facts. */
function About({ visit, own, request }: RequestProps & { readonly own: OwnRequests }) {
  return (
    <>
      <header class="asker">
        <Avatar name={nameText(request)} />
        <div>
          <h1 class="entity">{nameShown(request)}</h1>
          <p>
            <bdi>{visible(request.email)}</bdi> · <code>{visible(request.reference)}</code> <Remarks visit={visit} request={request} />
          </p>
        </div>
      </header>
      <StageLine visit={visit} request={request} />
      <EnteredAndKnown
        visit={visit}
        request={request}
        known={[
          [a.signedInWith, providerShown(visit, request)],
          ...renewalFact(visit, request, own.access === "Decider" ? undefined : t.operator),
          [a.asked, request.stages === undefined ? <Moment at={request.requestedAt} /> : undefined],
          [a.answerBy, <Moment at={request.answerBy} />],
        ]}
      />
    </>
  );
}

/** Reads the request here for its owner, and again for the decision: another code means another request. */
async function decideTheirs(visit: Visit, own: OwnRequests, decision: SentDecision, { id, reference, seen }: NamedRequest) {
  const request = await theirRequest(visit, own, id);
  if (request?.reference !== reference) return undefined;
  return await decideOne(visit, decision, { id, reference, seen: { ...seen, decision: undefined } });
}

/** Decides on the request of a page, or on several of the list. */
async function decide(visit: Visit, own: OwnRequests): Promise<Response> {
  const decision = readDecision(visit, verbs);
  if ("problem" in decision) return await showGone(visit, own, decision.problem === a.badForm ? t.gone : decision.problem);
  const [first, ...others] = decision.named;
  const isAlone = first !== undefined && others.length === 0 && !isSure(visit);
  return isAlone ? await decideAlone(visit, own, decision, first) : await decideSeveral(visit, own, decision);
}

async function decideAlone(visit: Visit, own: OwnRequests, decision: SentDecision, named: NamedRequest): Promise<Response> {
  const { verb, note } = decision;
  const long = tooLong(visit, note);
  const result = long === undefined ? await decideTheirs(visit, own, decision, named) : undefined;
  if (result?.ok) return visit.goTo(`${own.path}?done=${verb}`);
  const problem = long ?? (result && resultWords(visit, verb, result));
  const request = await theirRequest(visit, own, named.id);
  if (request === undefined || problem === undefined) return await showGone(visit, own);
  return await showRequest(visit, own, request, { note, problem, status: long === undefined ? 409 : 400 });
}

async function decideSeveral(visit: Visit, own: OwnRequests, decision: SentDecision): Promise<Response> {
  const { verb, named } = decision;
  const question = await askBeforeDeciding(visit, decision, {
    action: `${own.path}/decide`,
    back: own.path,
    draft: own.path,
    hidden: {},
    read: async (ids) => {
      const found = await visit.world.readableApprovals().getAll(ids);
      return found.filter((request) => isWaiting(visit, own, request));
    },
    known: async (requests) => new Map(requests.map((request) => [request.id, knownAlone(request)])),
  });
  if (question !== undefined) return question;
  const failed: string[] = [];
  for (const each of named) {
    const result = await decideTheirs(visit, own, decision, each);
    if (!result?.ok) failed.push(result === undefined ? t.gone : `${visible(result.email ?? "")}: ${resultWords(visit, verb, result)}`);
  }
  if (failed.length === 0) return visit.goTo(`${own.path}?done=${verb}-several`);
  if (failed.length === named.length && failed.every((why) => why === t.gone)) return await showGone(visit, own);
  return await showGone(visit, own, [t.notAll(failed.length, named.length), ...new Set(failed)].join(" "));
}
