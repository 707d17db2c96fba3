import { html } from "hono/html";
import type { Visit } from "../../../console/app/visit";
import { describeDomainProblem } from "../../../console/parts/address-problem";
import { Chips, choiceChip, fieldChip } from "../../../console/parts/chips";
import { PostForm } from "../../../console/parts/forms";
import { gateChip } from "../../../console/parts/gates";
import { Beside, TickedBar } from "../../../console/parts/list-page";
import { PageHead } from "../../../console/parts/page-head";
import { CURSOR_PARAMETER, Pager, StalePage } from "../../../console/parts/paging";
import { JustDone } from "../../../console/parts/people-results";
import { ASSIGN_PATH, ASSIGNED, AssignFields, taskActs } from "../../../console/parts/tasks";
import { filterChips, readPageQuery } from "../../../console/parts/view-page";
import { frameTexts } from "../../../console/texts/frame-texts";
import { findText } from "../../../console/texts/languages";
import { momentFilters } from "../../../engine/operator/list";
import { mailFilters } from "../../mails/filters";
import type { DecisionAction } from "../change";
import { isRequestId } from "../deciding";
import { requestFilters } from "../filters";
import { decidedStates } from "../in-state";
import type { ApprovalState } from "../request";
import { draftName, formData, readApprovalRequest, requestPath, Unreadable, VerbButtons } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { aboutRequest } from "./known";
import { askedBy, buildQueueQuery, isWaiting, type QueueAsked, queuePath, type RequestView, views } from "./queue-asked";
import { type QueuePage, readQueue } from "./queue-read";
import { hasListWarning, QueueTable } from "./queue-table";
import { RequestPanel } from "./request-panel";
import { readFound } from "./search-hits";

/** The seconds between reloads. `SLOW_LIVE_SECONDS` is for more than `MANY` waiting requests, because each reload reads all of them. */
const LIVE_SECONDS = 10;
const SLOW_LIVE_SECONDS = 60;
const MANY = 2_000;

const verbsFor: Readonly<Partial<Record<ApprovalState, readonly DecisionAction[]>>> = {
  pending: ["approve", "deny"],
  failed: ["retry", "reopen", "deny"],
  approved: ["retry", "deny"],
  denied: ["reopen"],
  expired: ["reopen"],
};

function listVerbs({ may }: Visit, { view, account, state, q }: QueueAsked): readonly DecisionAction[] {
  if (q !== undefined) return [];
  const shownState = isWaiting(view)
    ? "pending"
    : view === "failed"
      ? "failed"
      : (state ?? (account === undefined ? undefined : "approved"));
  return (may("Approver") && shownState !== undefined && verbsFor[shownState]) || [];
}

/** If the searched text is a request's id, redirects to the page of that request. */
export async function showQueue(visit: Visit): Promise<Response> {
  const search = askedBy(visit);
  const { q } = search;
  if (q !== undefined && isRequestId(q)) return visit.goTo(requestPath(q));
  const page = q === undefined ? await readQueue(visit, search) : await readFound(visit, q);
  // If the address has no query, as from the menu, the view `mine` opens if it has requests.
  if (new URL(visit.context.req.url).search === "" && page.counts.mine !== 0) return visit.goTo(queuePath({ ...search, view: "mine" }));
  const isChosen = visit.query("open") !== "";
  const openId = isChosen ? visit.query("open") : (page.items[0]?.id ?? "");
  const back = queuePath(search);
  const at = page.items.findIndex(({ id }) => id === openId);
  // The open request may be missing from this page: it was decided already, or it is on another page of the list.
  const request = page.items[at] ?? (await readApprovalRequest(visit, openId));
  const open = request && (await aboutRequest(visit, request, page.known.get(request.id)));
  const next = page.items[at + 1];
  const list = (
    <>
      <StalePage page={page} />
      <QueueForm visit={visit} asked={search} page={page} open={open?.request.id} />
      <Pager visit={visit} page={page} />
    </>
  );
  const requestPanel = open && (
    <RequestPanel
      visit={visit}
      about={open}
      from={back}
      next={next === undefined ? undefined : { request: next, path: rowPath(visit, search)(next.id) }}
    />
  );
  return await visit.page(
    t.title,
    <>
      <QueueChips visit={visit} asked={search} />
      {/* Those that were assigned are no longer selected. */}
      {!isChosen && visit.query("done").startsWith(ASSIGNED) && <span hidden data-draft-done={draftName(visit, buildQueueQuery(search))} />}
      <JustDone visit={visit} />
      <div class={isChosen ? "queue-page" : "queue-page first"}>
        <Beside visit={visit} list={list} panel={requestPanel} label={t.beside} acts={taskActs(visit)} />
      </div>
    </>,
    { head: <QueueHead here={q === undefined ? search.view : undefined} counts={page.counts} /> },
  );
}

function QueueChips({ visit, asked }: Pick<QueueProps, "visit" | "asked">) {
  const search = { parameter: "q", label: t.searchLabel };
  const { sort } = requestFilters;
  if (asked.q !== undefined) return <Chips visit={visit} search={search} chips={[]} />;
  const states = decidedStates.map((state) => [state, t.states[state]] as const);
  const problem = describeDomainProblem(visit.query("domain"));
  const domainChip = { ...fieldChip(visit, { name: "domain", label: requestFilters.domain.label, problem }), name: frameTexts.domain };
  return (
    <Chips
      visit={visit}
      search={search}
      chips={[
        domainChip,
        fieldChip(visit, { name: "except", label: requestFilters.except.label }),
        fieldChip(visit, { name: "asks", label: requestFilters.asks.label }),
        ...gateChip(visit),
        ...filterChips(visit, momentFilters, readPageQuery(visit, momentFilters).problems),
        ...(isWaiting(asked.view)
          ? [
              ...filterChips(visit, { answer: requestFilters.answer }, []),
              choiceChip(visit, { name: "sort", label: sort.label, none: sort.choices.domain, options: [["oldest", sort.choices.oldest]] }),
            ]
          : filterChips(visit, asked.view === "decided" ? { account: requestFilters.account } : {}, [])),
        ...(visit.world.sendsMail && (isWaiting(asked.view) || asked.view === "decided") ? filterChips(visit, mailFilters, []) : []),
        ...(asked.view === "decided" ? [choiceChip(visit, { name: "state", label: frameTexts.state, options: states })] : []),
      ]}
    />
  );
}

function QueueHead({ here, counts }: Pick<QueuePage, "counts"> & { readonly here: RequestView | undefined }) {
  const shownViews = views.filter((view) => view === here || counts[view] !== 0 || (view !== "others" && view !== "failed"));
  const each = shownViews.map((view) => ({
    name: t.views[view],
    path: queuePath({ view }, view === "all" ? { view } : {}),
    isHere: view === here,
    count: counts[view],
    tone: view === "failed" && counts.failed !== 0 ? ("bad" as const) : undefined,
  }));
  return <PageHead title={t.title} views={{ label: t.byState, each }} />;
}

/** Returns this page's address with a request beside the list. The reloading part uses the same addresses. */
function rowPath({ context }: Visit, search: QueueAsked): (id: string) => string {
  const cursor = new URL(context.req.url).searchParams.get(CURSOR_PARAMETER);
  return (id) => queuePath(search, { ...(cursor !== null && { [CURSOR_PARAMETER]: cursor }), open: id });
}

interface QueueProps {
  readonly visit: Visit;
  readonly asked: QueueAsked;
  readonly page: QueuePage;
  readonly open?: string | undefined;
}

function QueueForm(props: QueueProps) {
  const { visit, asked, page } = props;
  const verbs = listVerbs(visit, asked);
  if (verbs.length === 0) return <Live {...props} />;
  const isWarned = isWaiting(asked.view) && page.items.length > 0 && page.items.every((request) => hasListWarning(page.known, request));
  return (
    <>
      {/* Shown by the script that reads the queue again. */}
      <div class="note warn" role="alert" data-session-over hidden>
        <p>
          {t.sessionOver}{" "}
          <a href="/sign-in?to=%2Fapprovals" target="_blank" rel="noopener">
            {t.signIn}
          </a>
        </p>
      </div>
      <PostForm
        visit={visit}
        action="/approvals/decide"
        {...formData(visit, buildQueueQuery(asked))}
        hidden={{ back: queuePath(asked) }}
        data-asks=""
      >
        <Live {...props} />
        <TickedBar label={t.decide} elsewhere={t.chosenElsewhere}>
          <VerbButtons verbs={isWarned ? verbs.toReversed() : verbs} />
          {isWaiting(asked.view) ? <AssignFields visit={visit} formaction={ASSIGN_PATH} class="ghost" data-act="assign-selected" /> : null}
        </TickedBar>
      </PostForm>
    </>
  );
}

export async function showLive(visit: Visit): Promise<Response> {
  const search = askedBy(visit);
  const page = await readQueue(visit, search);
  const open = visit.query("open");
  return await visit.context.html(html`${<Live visit={visit} asked={search} page={page} open={open} />}`);
}

/** Only the count is announced: a screen reader must not read the whole table every ten seconds. */
function Live({ visit, asked, page, open }: QueueProps) {
  const { items, later, unreadable, whole, domains, known, tasks, mails, counts } = page;
  const { view, sort, q, ...filters } = asked;
  const first = visit.query(CURSOR_PARAMETER) === "";
  const isSlow = typeof counts.all !== "number" || counts.all > MANY;
  return (
    <>
      <div class="hidden" role="status">
        <p id="queue-count" data-live-status>
          {t.shown(items.length)}
        </p>
      </div>
      <div
        id="queue"
        data-gone={t.gone}
        data-live={q !== undefined ? undefined : isSlow ? SLOW_LIVE_SECONDS : LIVE_SECONDS}
        // The table reloads only on the first page. A later page is read again from its whole address.
        data-from={first ? `/approvals/live?${new URLSearchParams(queuePath(asked, open ? { open } : {}).split("?")[1])}` : undefined}
      >
        <Unreadable rows={unreadable} />
        {whole || !isWaiting(view) ? null : <p class="note warn">{q === undefined ? t.notWhole : t.notSearched}</p>}
        <QueueTable
          visit={visit}
          requests={items}
          caption={q === undefined ? t.views[view] : t.found}
          empty={
            q !== undefined || Object.keys(filters).length > 0 || later ? (
              <>
                {t.noneFound} <a href={queuePath({ view })}>{t.wholeView}</a>
              </>
            ) : (
              <>
                {findText(t.none, view) ?? t.noneFound} {view === "mine" ? <a href={queuePath({ view: "all" })}>{t.views.all}</a> : null}
              </>
            )
          }
          verbs={listVerbs(visit, asked)}
          known={known}
          tasks={tasks}
          mails={mails}
          domains={sort === "oldest" ? undefined : domains}
          selectPath={isWaiting(view) && visit.may("Approver") ? (domain) => queuePath({ ...asked, domain }, { select: "all" }) : undefined}
          last={view === "decided" ? "decidedAt" : "age"}
          path={rowPath(visit, asked)}
          open={open}
        />
      </div>
    </>
  );
}
