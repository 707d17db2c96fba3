import { html } from "hono/html";
import { isRequestId, requestsMeant, type Verb } from "../../../engine/approvals/deciding";
import { inState } from "../../../engine/approvals/in-state";
import { type ApprovalRequest, type ApprovalState, states, type UnreadableRequestError } from "../../../engine/approvals/request";
import { approvalWords, providerText } from "../../../engine/messages/operator/approvals";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { Alert } from "../../parts/alert";
import { GateField, gateCell, gateColumn, gateQuery, hasGates, isAtAskedGate } from "../../parts/gates";
import { Table } from "../../parts/table";
import { visible } from "../../parts/value";
import { MAX_AT_ONCE, postDecision } from "./approvals-decide";
import { Age, Due, NoteField, Remarks, requestField, requestPath, Unreadable, Who } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { oneApproval } from "./one-approval";

const SHOWN = MAX_AT_ONCE;
/** The queue reads itself again that often, in seconds. */
const LIVE_SECONDS = 10;

/** What can be done to several requests in a state. */
const verbsFor: Readonly<Partial<Record<ApprovalState, readonly Verb[]>>> = {
  pending: ["approve", "deny"],
  failed: ["retry", "reopen", "deny"],
  approved: ["deny"],
  denied: ["reopen"],
  provisioned: ["reopen"],
  expired: ["reopen"],
};

async function list(visit: Visit): Promise<Response> {
  const text = visit.query("q");
  return text === "" ? await queue(visit) : await search(visit, text);
}

async function search(visit: Visit, text: string): Promise<Response> {
  const t = visit.say(approvalsTexts);
  if (isRequestId(text)) return visit.goTo(requestPath(text));
  const unreadable: UnreadableRequestError[] = [];
  const store = visit.world.legibleApprovals((error) => unreadable.push(error));
  const found = await requestsMeant(store, text);
  const [only, ...others] = found ?? [];
  if (only !== undefined && others.length === 0) return visit.goTo(requestPath(only.id));
  return await visit.page(
    t.title,
    <>
      {found === undefined ? <Alert>{t.badSearch}</Alert> : null}
      <SearchForm visit={visit} />
      <Unreadable visit={visit} rows={unreadable} />
      {found === undefined ? null : <Requests visit={visit} requests={found} caption={t.found} empty={t.noneFound} />}
      <p>
        <a href="/approvals">{t.back}</a>
      </p>
    </>,
    { status: found === undefined ? 400 : 200 },
  );
}

function stateAsked(visit: Visit): ApprovalState {
  return states.find((each) => each === visit.query("state")) ?? "pending";
}

async function queue(visit: Visit): Promise<Response> {
  const t = visit.say(approvalsTexts);
  const state = stateAsked(visit);
  const done = doneWords(visit);
  const verbs = visit.may("Approver") ? (verbsFor[state] ?? []) : [];
  const content = <Live visit={visit} state={state} found={await read(visit, state)} />;
  return await visit.page(
    t.title,
    <>
      {done === undefined ? null : <Alert kind="good">{done}</Alert>}
      <SearchForm visit={visit} />
      <States visit={visit} state={state} />
      <Gates visit={visit} state={state} />
      {verbs.length === 0 ? (
        content
      ) : (
        <form method="post" action="/approvals/decide">
          {visit.formToken}
          <input type="hidden" name="from" value={state} />
          {content}
          <fieldset class="when-rows">
            <legend>{t.decide}</legend>
            <p>
              <label>
                <input type="checkbox" data-check-all="request" hidden /> {t.chooseAll}
              </label>
            </p>
            <NoteField visit={visit} />
            <p class="actions">
              {verbs.map((verb) => (
                <button type="submit" name="verb" value={verb} class={verb === "deny" ? "danger" : undefined}>
                  {t.verbs[verb]}
                </button>
              ))}
            </p>
          </fieldset>
        </form>
      )}
    </>,
  );
}

/** Said once after a change; numbers and codes alone come from the address. */
function doneWords(visit: Visit): string | undefined {
  const t = visit.say(approvalsTexts);
  const [verb, count] = [visit.query("done"), Number(visit.query("count"))];
  return Object.hasOwn(t.doneCount, verb) && Number.isSafeInteger(count) ? `${t.doneCount[verb as Verb]} ${count}` : undefined;
}

interface Found {
  readonly requests: readonly ApprovalRequest[];
  readonly more: boolean;
  /** Whether some are failed, where others are shown. */
  readonly failed: boolean;
  /** Those left out. */
  readonly unreadable: readonly UnreadableRequestError[];
}

/** Those who wait: the oldest first. Others: the last change first. */
async function read(visit: Visit, state: ApprovalState): Promise<Found> {
  const { world, now } = visit;
  const requests: ApprovalRequest[] = [];
  const unreadable: UnreadableRequestError[] = [];
  const store = world.legibleApprovals((error) => unreadable.push(error));
  const order = state === "pending" ? "oldest-first" : "newest-first";
  for await (const page of inState(store, state, now, order)) {
    requests.push(...page.filter((request) => isAtAskedGate(visit, request)));
    if (requests.length > SHOWN) break;
  }
  let failed = false;
  if (state === "pending") {
    const known = unreadable.length;
    for await (const page of store.byState("failed")) {
      failed = page.length > 0 || unreadable.length > known;
      break;
    }
  }
  return { requests: requests.slice(0, SHOWN), more: requests.length > SHOWN, failed, unreadable };
}

interface LiveProps {
  readonly visit: Visit;
  readonly state: ApprovalState;
  readonly found: Found;
}

/** What reads itself again. Only the count is announced: nobody wants to hear the whole table every ten seconds. */
function Live({ visit, state, found: { requests, more, failed, unreadable } }: LiveProps) {
  const t = visit.say(approvalsTexts);
  return (
    <>
      <p id="queue-count" role="status" data-live-status>
        {t.count(requests.length, more)}
      </p>
      <div id="queue" data-live={LIVE_SECONDS} data-from={`/approvals/live?state=${state}${gateQuery(visit)}`}>
        {failed ? (
          <p class="note bad">
            {t.failedToo} <a href="/approvals?state=failed">{t.failedLink}</a>
          </p>
        ) : null}
        <Unreadable visit={visit} rows={unreadable} />
        {more ? <p class="note warn">{t.more(SHOWN)}</p> : null}
        <Requests
          visit={visit}
          requests={requests}
          caption={state === "pending" ? t.caption.pending : t.caption.other}
          empty={state === "pending" ? t.nonePending : t.noneInState}
          choosable={visit.may("Approver") && verbsFor[state] !== undefined}
          due={state === "pending" ? t.answerBy : t.changed}
        />
      </div>
    </>
  );
}

/** The part of the queue that reads itself again, alone. */
async function live(visit: Visit): Promise<Response> {
  const state = stateAsked(visit);
  return await visit.context.html(html`${<Live visit={visit} state={state} found={await read(visit, state)} />}`);
}

function SearchForm({ visit }: { readonly visit: Visit }) {
  const t = visit.say(approvalsTexts);
  return (
    <form class="card narrow" method="get" action="/approvals">
      <p>
        <label for="q">{t.searchLabel}</label>
        <input id="q" name="q" value={visit.query("q")} autocomplete="off" spellcheck={false} />
      </p>
      <button type="submit">{t.search}</button>
    </form>
  );
}

function States({ visit, state }: { readonly visit: Visit; readonly state: ApprovalState }) {
  const t = visit.say(approvalsTexts);
  return (
    <nav aria-label={t.byState}>
      <ul class="tabs">
        {(Object.keys(t.states) as ApprovalState[]).map((each) => (
          <li>
            <a href={`/approvals?state=${each}${gateQuery(visit)}`} aria-current={each === state ? "page" : undefined}>
              {t.states[each]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The same state at one gate, or at all. */
function Gates({ visit, state }: { readonly visit: Visit; readonly state: ApprovalState }) {
  if (!hasGates(visit)) return null;
  return (
    <form class="card narrow" method="get" action="/approvals">
      <input type="hidden" name="state" value={state} />
      <GateField visit={visit} />
      <button type="submit">{visit.say(approvalsTexts).search}</button>
    </form>
  );
}

interface RequestsProps {
  readonly visit: Visit;
  readonly requests: readonly ApprovalRequest[];
  readonly caption: string;
  readonly empty: string;
  readonly choosable?: boolean;
  readonly due?: string;
}

function Requests({ visit, requests, caption, empty, choosable = false, due }: RequestsProps) {
  const t = visit.say(approvalsTexts);
  const columns = [t.reference, t.age, t.who, ...gateColumn(visit), t.signedInWith, due ?? `${t.answerBy} / ${t.changed}`, t.remark];
  return (
    <Table
      caption={caption}
      columns={columns.map((name) => ({ name }))}
      rows={requests.map((request) => [
        <>
          {choosable ? (
            <input type="checkbox" name="request" value={requestField(request)} aria-label={t.choose(visible(request.reference))} />
          ) : null}{" "}
          <a href={requestPath(request.id)}>{visible(request.reference)}</a>
        </>,
        <Age visit={visit} since={request.requestedAt} />,
        <Who visit={visit} request={request} />,
        ...gateCell(visit, request),
        visible(providerText(visit.say(approvalWords), request)),
        <Due visit={visit} request={request} />,
        <Remarks visit={visit} request={request} />,
      ])}
      empty={empty}
    />
  );
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/approvals", access: "Reader", handler: list },
  { method: "GET", path: "/approvals/live", access: "Reader", handler: live },
  { method: "GET", path: "/approvals/requests/:id", access: "Reader", handler: oneApproval },
  { method: "POST", path: "/approvals/decide", access: "Approver", handler: postDecision },
];
