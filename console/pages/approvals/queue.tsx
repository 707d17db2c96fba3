import { html } from "hono/html";
import type { Verb } from "../../../engine/approvals/deciding";
import type { ApprovalState } from "../../../engine/approvals/request";
import type { Visit } from "../../app/visit";
import { CURSOR_PARAMETER } from "../../paging/cursor-parameter";
import { Pager, StalePage } from "../../paging/pager";
import { Alert } from "../../parts/alert";
import { NoteField, Unreadable } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { askedBy, isFiltered, type QueueAsked, queryOf } from "./queue-asked";
import { Filters, StateTabs } from "./queue-filters";
import { type QueuePage, readQueue } from "./queue-read";
import { queueTexts } from "./queue-texts";
import { RequestsTable } from "./requests-table";
import { SearchForm } from "./search";

/** The queue reads itself again that often, in seconds. */
const LIVE_SECONDS = 10;
/** Where all who wait have to be read for it. */
const SORTED_LIVE_SECONDS = 60;

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
      {done === undefined ? null : <Alert kind="good">{done}</Alert>}
      <SearchForm visit={visit} />
      <StateTabs visit={visit} asked={asked} />
      <Filters visit={visit} asked={asked} flaws={flaws} action="/approvals" />
    </>
  );
  if (flaws.length > 0) return await visit.page(t.title, around, { status: 400 });
  const page = await readQueue(visit, asked);
  const content = <Live visit={visit} asked={asked} page={page} />;
  return await visit.page(
    t.title,
    <>
      {around}
      <StalePage visit={visit} page={page} />
      {verbs.length === 0 ? (
        content
      ) : (
        <form method="post" action="/approvals/decide">
          {visit.formToken}
          <input type="hidden" name="from" value={asked.state} />
          <input type="hidden" name="filters" value={queryOf(asked)} />
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
      <Pager visit={visit} page={page} />
    </>,
  );
}

/** The part of the queue that reads itself again, alone. */
export async function showLive(visit: Visit): Promise<Response> {
  const { asked } = askedBy(visit);
  return await visit.context.html(html`${<Live visit={visit} asked={asked} page={await readQueue(visit, asked)} />}`);
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
}

/** What reads itself again. Only the count is announced: nobody wants to hear the whole table every ten seconds. */
function Live({ visit, asked, page: { items, next, later, failed, unreadable, whole } }: LiveProps) {
  const t = visit.say(approvalsTexts);
  const { state, sort } = asked;
  const first = visit.query(CURSOR_PARAMETER) === "";
  return (
    <>
      <p id="queue-count" role="status" data-live-status>
        {later ? t.countHere(items.length) : t.count(items.length, next !== undefined)}
      </p>
      <div
        id="queue"
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
          due={state === "pending" ? t.answerBy : t.changed}
        />
      </div>
    </>
  );
}
