import { html } from "hono/html";
import type { RequestBrief } from "../../../engine/approvals/brief";
import { isRequestId, requestsMeant } from "../../../engine/approvals/deciding";
import { pageInState, placeAfter, type StatePlace } from "../../../engine/approvals/in-state";
import type { ApprovalRequest, ApprovalState, UnreadableRequestError } from "../../../engine/approvals/request";
import { stateAt } from "../../../engine/approvals/state-at";
import type { Verb } from "../../../engine/approvals/verbs";
import type { Visit } from "../../app/visit";
import { Alert, QueryField, SearchRefusal } from "../../parts/forms";
import { CURSOR_PARAMETER, type Paged, Pager, type PageSource, pageAsked, StalePage } from "../../parts/paging";
import { MAX_AT_ONCE } from "./approvals-decide";
import { requestPath, Unreadable } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { groupTexts, queueTexts } from "./group-texts";
import { GROUPS_PATH } from "./groups";
import { type KnownOf, knownOf } from "./known";
import { DraftDone, formData, NoteFields } from "./notes";
import { askedBy, domainOf, isAsked, isFiltered, type QueueAsked, queryOf, readWaiting } from "./queue-asked";
import { Filters, StateTabs } from "./queue-filters";
import { KeysButton, RequestsTable } from "./requests-table";

/** The queue reads itself again that often, in seconds. */
const LIVE_SECONDS = 10;
/** Where all who wait have to be read for it. */
const SORTED_LIVE_SECONDS = 60;
/** After that long the count so far is shown. */
const COUNTING_MS = 1_000;

/** What can be done to several requests in a state. */
const verbsFor: Readonly<Partial<Record<ApprovalState, readonly Verb[]>>> = {
  pending: ["approve", "deny"],
  failed: ["retry", "reopen", "deny"],
  approved: ["deny"],
  denied: ["reopen"],
  provisioned: ["reopen"],
  expired: ["reopen"],
};

/** The requests in a state, with what can be done to them. */
export async function showQueue(visit: Visit): Promise<Response> {
  const t = visit.say(approvalsTexts);
  const { asked, flaws } = askedBy(visit);
  const done = doneWords(visit);
  const verbs = visit.may("Approver") ? (verbsFor[asked.state] ?? []) : [];
  const around = (
    <>
      {done === undefined ? null : (
        <>
          <DraftDone visit={visit} of={queryOf(asked)} />
          <Alert kind="good">{done}</Alert>
        </>
      )}
      <StateTabs visit={visit} asked={asked} />
      <Filters visit={visit} asked={asked} flaws={flaws} action="/approvals" summary={visit.say(queueTexts).find}>
        <SearchForm visit={visit} />
      </Filters>
      {asked.state === "pending" ? (
        <p>
          <a href={`${GROUPS_PATH}?${queryOf(asked)}`}>{visit.say(groupTexts).link}</a>
        </p>
      ) : null}
    </>
  );
  if (flaws.length > 0) return await visit.page(t.title, around, { status: 400 });
  const page = await readQueue(visit, asked);
  const content = <Live visit={visit} asked={asked} page={page} known={await knownOf(visit, page.items)} />;
  return await visit.page(
    t.title,
    <>
      {around}
      <StalePage visit={visit} page={page} />
      <Total visit={visit} asked={asked} page={page} />
      {verbs.length === 0 ? (
        content
      ) : (
        <>
          <SessionOver visit={visit} />
          <form method="post" action="/approvals/decide" {...formData(visit, verbs, queryOf(asked))}>
            {visit.formToken}
            <input type="hidden" name="from" value={asked.state} />
            <input type="hidden" name="back" value={`/approvals?${queryOf(asked)}`} />
            {/* Enter on a box presses its form's first button: this one does nothing. */}
            <button type="submit" disabled hidden />
            {content}
            <DecideBar visit={visit} verbs={verbs} asked={asked} />
          </form>
        </>
      )}
      <Pager visit={visit} page={page} />
    </>,
  );
}

/** How many wait beyond the first page. Not read again with it, as it takes everybody who waits. */
async function Total({ visit, asked, page: { next, later } }: Pick<LiveProps, "visit" | "asked" | "page">) {
  if (asked.state !== "pending" || next === undefined || later) return null;
  const { briefs, whole } = await readWaiting(
    visit.world.legibleApprovals(() => {}),
    visit,
    asked,
    COUNTING_MS,
  );
  return <p class="hint">{visit.say(queueTexts).total(briefs.length, whole, isFiltered(asked))}</p>;
}

/** Stays in sight, however long the table is. */
function DecideBar({ visit, verbs, asked }: { readonly visit: Visit; readonly verbs: readonly Verb[]; readonly asked: QueueAsked }) {
  const t = visit.say(approvalsTexts);
  return (
    <fieldset class="when-rows bar">
      <legend class="hidden">{t.decide}</legend>
      <NoteFields visit={visit} verbs={verbs} gate={asked.gate} />
      <p class="actions">
        <label>
          <input type="checkbox" data-check-all="request" hidden /> {t.chooseAll}
        </label>
        {verbs.map((verb) => (
          <button type="submit" name="verb" value={verb} class={verb === "deny" ? "danger" : undefined}>
            {t.verbs[verb]}
          </button>
        ))}
        <KeysButton visit={visit} />
        <span
          class="hint"
          aria-live="polite"
          data-chosen={visit.say(queueTexts).chosen}
          data-chosen-elsewhere={visit.say(queueTexts).chosenElsewhere}
        />
      </p>
    </fieldset>
  );
}

/** Shown by the script that reads the queue again. */
function SessionOver({ visit }: { readonly visit: Visit }) {
  const t = visit.say(queueTexts);
  return (
    <div class="note warn" role="alert" data-session-over hidden>
      <p>
        {t.sessionOver}{" "}
        <a href="/sign-in?to=%2Fapprovals" target="_blank" rel="noopener">
          {t.signIn}
        </a>
      </p>
    </div>
  );
}

/** The part of the queue that reads itself again, alone. */
export async function showLive(visit: Visit): Promise<Response> {
  const { asked } = askedBy(visit);
  const page = await readQueue(visit, asked);
  return await visit.context.html(html`${<Live visit={visit} asked={asked} page={page} known={await knownOf(visit, page.items)} />}`);
}

/** Said once after a change; numbers and codes alone come from the address. */
function doneWords(visit: Visit): string | undefined {
  const t = visit.say(approvalsTexts);
  const [verb, count] = [visit.query("done"), Number(visit.query("count"))];
  return Object.hasOwn(t.doneCount, verb) && Number.isSafeInteger(count) ? `${t.doneCount[verb as Verb]} ${count}` : undefined;
}

interface LiveProps {
  readonly visit: Visit;
  readonly asked: QueueAsked;
  readonly page: QueuePage;
  readonly known: KnownOf;
}

/** The part that reloads itself. Only the count is announced: a screen reader must not read the whole table every ten seconds. */
function Live({ visit, asked, page: { items, next, later, failed, unreadable, whole }, known }: LiveProps) {
  const t = visit.say(approvalsTexts);
  const { state, sort } = asked;
  const first = visit.query(CURSOR_PARAMETER) === "";
  return (
    <>
      <p id="queue-count" role="status" data-live-status>
        {/* The total is above. */}
        {later || (state === "pending" && next !== undefined) ? t.countHere(items.length) : t.count(items.length, next !== undefined)}
      </p>
      <div
        id="queue"
        data-gone={visit.say(queueTexts).gone}
        data-live={sort === "due" || sort === "domain" ? SORTED_LIVE_SECONDS : LIVE_SECONDS}
        // A later page is known by the whole address alone.
        data-from={first ? `/approvals/live?${queryOf(asked)}` : undefined}
      >
        {failed ? (
          <p class="note bad">
            {t.failedToo} <a href="/approvals?state=failed">{t.failedLink}</a>
          </p>
        ) : null}
        <Unreadable visit={visit} rows={unreadable} />
        {whole ? null : <p class="note warn">{visit.say(queueTexts).notWhole}</p>}
        <RequestsTable
          visit={visit}
          requests={items}
          caption={sort === "oldest" ? t.caption.pending : sort === "newest" ? t.caption.other : visit.say(queueTexts).sorts[sort]}
          empty={isFiltered(asked) || later ? t.noneFound : state === "pending" ? t.nonePending : t.noneInState}
          choosable={visit.may("Approver") && verbsFor[state] !== undefined}
          known={known}
          due={state === "pending" ? t.answerBy : t.changed}
        />
      </div>
    </>
  );
}

/** The requests that a code, an address or an id means: the only one itself, else a list of them. */
export async function showFound(visit: Visit, text: string): Promise<Response> {
  const t = visit.say(approvalsTexts);
  if (isRequestId(text)) return visit.goTo(requestPath(text));
  const unreadable: UnreadableRequestError[] = [];
  const store = visit.world.legibleApprovals((error) => unreadable.push(error));
  const found = await requestsMeant(store, text);
  const [only, ...others] = found ?? [];
  if (only !== undefined && others.length === 0) return visit.goTo(requestPath(only.id));
  const problem = found === undefined ? t.badSearch : undefined;
  return await visit.page(
    t.title,
    <>
      <SearchRefusal visit={visit} problems={problem === undefined ? [] : [{ field: "q", text: problem }]} />
      <div class="card narrow">
        <SearchForm visit={visit} problem={problem} />
      </div>
      <Unreadable visit={visit} rows={unreadable} />
      {found === undefined ? null : <RequestsTable visit={visit} requests={found} caption={t.found} empty={t.noneFound} />}
      <p>
        <a href="/approvals">{t.back}</a>
      </p>
    </>,
    { status: found === undefined ? 400 : 200 },
  );
}

function SearchForm({ visit, problem }: { readonly visit: Visit; readonly problem?: string | undefined }) {
  const t = visit.say(approvalsTexts);
  return (
    <form class="narrow" method="get" action="/approvals">
      <p>
        <QueryField visit={visit} name="q" label={t.searchLabel} problem={problem} />
      </p>
      <button type="submit">{t.search}</button>
    </form>
  );
}

/** One page of the queue. */
interface QueuePage extends Paged<ApprovalRequest> {
  /** Whether some are failed, where others are shown. */
  readonly failed: boolean;
  /** Those left out. */
  readonly unreadable: readonly UnreadableRequestError[];
  /** Whether all who wait were sorted, where that is asked for. */
  readonly whole: boolean;
}

async function readQueue(visit: Visit, asked: QueueAsked): Promise<QueuePage> {
  const { world, now } = visit;
  const unreadable: UnreadableRequestError[] = [];
  const store = world.legibleApprovals((error) => unreadable.push(error));
  let whole = true;
  const sorted = sortKeys[asked.sort];
  const page =
    sorted === undefined
      ? await pageAsked<ApprovalRequest, StatePlace>(visit, {
          read: (from) => pageInState(store, asked.state, now, asked.sort === "oldest" ? "oldest-first" : "newest-first", from),
          after: placeAfter,
          matches: (request) => isAsked(asked, request, now),
          rows: MAX_AT_ONCE,
        })
      : await pageAsked(visit, sortedSource(sorted));
  const known = unreadable.length;
  const failed =
    asked.state === "pending" && ((await store.pageByState("failed", "oldest-first")).items.length > 0 || unreadable.length > known);
  return { ...page, failed, unreadable, whole };

  /** All of them are read for each page: an order that no index has. */
  function sortedSource(keyOf: SortKey): PageSource<ApprovalRequest, readonly string[]> {
    let sorting: Promise<readonly { readonly id: string; readonly key: readonly string[] }[]> | undefined;
    const sortedOnce = async () => {
      const waiting = await readWaiting(store, visit, asked);
      whole = waiting.whole;
      return waiting.briefs.map((brief) => ({ id: brief.id, key: keyOf(brief) })).sort((a, b) => compare(a.key, b.key));
    };
    return {
      async read(from) {
        sorting ??= sortedOnce();
        const all = await sorting;
        const rest = from === undefined ? all : all.filter(({ key }) => compare(key, from) > 0);
        const shown = rest.slice(0, MAX_AT_ONCE);
        const last = rest.length > shown.length ? shown.at(-1)?.key : undefined;
        // The index lags behind: who was decided on a moment ago is left out.
        const read = await store.getAll(shown.map(({ id }) => id));
        return { items: read.filter((request) => stateAt(request, now) === "pending"), ...(last && { next: last }) };
      },
      after: keyOf,
      rows: MAX_AT_ONCE,
    };
  }
}

type SortKey = (request: RequestBrief) => readonly string[];

/** The id makes each key one of a kind, so that a page begins right after the one before. */
const sortKeys: Readonly<Partial<Record<QueueAsked["sort"], SortKey>>> = {
  due: ({ answerBy, id }) => [answerBy, id],
  domain: (request) => [domainOf(request), request.requestedAt, request.id],
};

function compare(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((text, index) => text !== b[index]);
  return at < 0 ? 0 : (a[at] ?? "") < (b[at] ?? "") ? -1 : 1;
}
