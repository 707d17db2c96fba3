import { type DoneThing, itemGroups } from "../../../console/app/inbox-item";
import type { ConsolePorts } from "../../../console/app/ports";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { Badge, Mark } from "../../../console/parts/badge";
import { Sparkline } from "../../../console/parts/chart";
import { addressWith } from "../../../console/parts/chips";
import { ButtonLink } from "../../../console/parts/forms";
import { decisionPath } from "../../../console/parts/links";
import { Beside, openAddress } from "../../../console/parts/list-page";
import { PageHead } from "../../../console/parts/page-head";
import { Facts } from "../../../console/parts/table";
import { OwnerMark, TaskButton, TaskFoot, TaskIfAny, taskActs, taskTexts } from "../../../console/parts/tasks";
import { formatUtcDay, Moment, momentText, RowTime } from "../../../console/parts/time";
import { countText, shortenText, ValueLink, visible } from "../../../console/parts/value";
import { OPEN_PARAMETER } from "../../../console/parts/with-query";
import { homes } from "../../../console/session/roles";
import { frameTexts } from "../../../console/texts/frame-texts";
import { findText } from "../../../console/texts/languages";
import { trailTexts } from "../../../console/texts/trail-texts";
import { mailSubjects } from "../../../engine/mail/mail-line";
import { type OutcomeCounts, outcomeTotals } from "../../../engine/sign-up/recording";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { isSnoozed, subjectParts, type Task } from "../../../engine/tasks/task";
import { readClock, startOfDay } from "../../../engine/zone-time";
import { ageText, approvalWords } from "../../approvals/request-words";
import type { CountedFigures } from "../../counts/counts";
import { sumFigures } from "../../counts/counts";
import { countedName } from "../../counts/pages/count-tables";
import type { TimeStretch } from "../../counts/pages/counted-hours";
import { countedDecisionsPath } from "../../decisions/pages/decision-search";
import { readMailAlert } from "../../mails/pages/mail-alert";
import { isOnItsWay, type Outage, outagesIn, serviceOfMailing } from "../outages";
import { Health, healthAsks, spansHere, stretchText } from "./health";
import { inboxTexts as t } from "./inbox-texts";
import { type HandledItem, isDone, isIn, itemViews, readItems, toHandledItems } from "./items";
import { newestCall, overlap, type Range, ranges, readAskedHours, readTraffic, type Traffic } from "./traffic";

const views = [...itemViews, "done"] as const;
type View = (typeof views)[number];

/** The visitor's last few acts are shown below the open items for this long. */
const JUST_NOW_MS = 15 * 60_000;
const LAST_ACTS = 3;
/** Time for which the number in the menu is cached. */
const COUNT_MS = 60_000;

async function inbox(visit: Visit): Promise<Response> {
  const range = (Object.keys(ranges) as Range[]).find((each) => each === visit.query("range")) ?? "day";
  const view = views.find((each) => each === visit.query("view")) ?? "open";
  const here = readAskedHours(visit);
  const [traffic, ended, others] = await Promise.all([readTraffic(visit, range), doneToday(visit), readItems(visit)]);
  const outages = outagesIn(traffic.lastDay);
  const { open } = outages;
  const outage = open.find(({ service }) => service === visit.query("check"));
  const [items, call] = await Promise.all([toHandledItems(visit, others, open, traffic.bursts), outage && newestCall(visit, outage)]);
  // Updates the number in the menu, so that it agrees with the page.
  countsByWorld.set(visit.world, {
    at: visit.now.getTime(),
    by: visit.session.subject,
    count: Promise.resolve(openCount(visit, open, items)),
  });
  const shownSpans = spansHere({ traffic, here });
  const sum = outcomeTotals(shownSpans.map(({ outcomes }) => outcomes));
  const within = here === undefined ? items : items.filter((item) => isWithinStretch(item, here, sum));
  const doneThings = here === undefined ? ended : ended.filter(({ at }) => overlap({ from: new Date(at), to: new Date(at) }, here));
  const shownItems = view === "done" ? [] : within.filter((item) => isIn(view, item, visit));
  const openedItem = items.find(({ subject }) => subject === visit.query(OPEN_PARAMETER));
  // An outage is above the list, and the title and the menu count it.
  const outagesHere = open.filter(({ since }) => here === undefined || overlap({ from: new Date(since), to: visit.now }, here)).length;
  const countItems = (each: View) =>
    each === "done" ? doneThings.length : within.filter((item) => isIn(each, item, visit)).length + (each === "open" ? outagesHere : 0);
  const address = (each: View) => addressWith(visit, ["view"], each === "open" ? {} : { view: each });
  // Phones have no room for the word "today".
  const name = (each: View) => [t.tabs[each], each === "done" && <span class="wide-only"> {t.today}</span>];
  const tabs = views.map((each) => ({ name: name(each), path: address(each), isHere: each === view, count: countItems(each) }));
  const justNow = new Date(visit.now.getTime() - JUST_NOW_MS).toISOString();
  const lastActs = doneThings.filter(({ at, by }) => at > justNow && by?.id === visit.session.subject).slice(0, LAST_ACTS);
  const acts = view === "done" ? doneThings : view === "open" ? lastActs : [];
  const list = (
    <>
      {/* Screen readers announce a new item, not the whole list. */}
      <div class="hidden" role="status">
        <p id="inbox-count" data-live-status>
          {t.openItems(openCount(visit, open, items))}
        </p>
      </div>
      <div id="inbox-items" data-live-with="health">
        {shownItems.length === 0 && (view !== "done" || doneThings.length === 0)
          ? nothing(view, here !== undefined, open.length > 0)
          : inboxRows(visit, view, shownItems, openedItem?.subject)}
        {acts.length === 0 ? null : <ul class="rows inbox">{acts.map((each) => doneRow(visit, each))}</ul>}
      </div>
    </>
  );
  return await visit.page(
    t.title,
    <>
      <Health
        visit={visit}
        traffic={traffic}
        outages={outages}
        range={range}
        here={here}
        others={items.filter((item) => !isDone(item))}
        checked={outage && { ...outage, call }}
      />
      {here && showing(visit, here, traffic, sumFigures(shownSpans.flatMap(({ hours }) => hours)))}
      <PageHead title={t.heading} views={{ label: t.tabsLabel, each: tabs }} />
      <Beside
        visit={visit}
        list={list}
        panel={openedItem && (await itemPanel(visit, openedItem))}
        label={openedItem?.title ?? ""}
        acts={taskActs(visit)}
      />
    </>,
    { head: null },
  );
}

/**
 * Returns true if the item's times overlap the stretch. Some items about refusals have their times only by day, so for items about
 * refusals, the stretch must also contain a refusal.
 */
function isWithinStretch(
  { kind, since, newest = since, times = [{ first: since, last: newest }] }: HandledItem,
  here: TimeStretch,
  sum: OutcomeCounts,
) {
  const isThen = times.some(
    ({ first, last }) => first !== undefined && last !== undefined && overlap({ from: new Date(first), to: new Date(last) }, here),
  );
  return isThen && (kind.trend !== "block" || sum.block > 0);
}

/** Its link opens every decision of the stretch, so its number has those that let people go on, too. */
function showing(visit: Visit, here: TimeStretch, traffic: Traffic, { answers }: CountedFigures) {
  const count = answers.continue + answers.block + answers.invalid;
  return (
    <p class="actions">
      {t.showing} <span class="tag info">{stretchText(visit, here)}</span> <a href={addressWith(visit, ["from", "to"], {})}>{t.clear}</a>{" "}
      <a href={countedDecisionsPath(visit, here, traffic)}>{t.decisionsOf(count.toLocaleString(visit.language))}</a>
    </p>
  );
}

/** Lists what was done today, newest first. Today is the viewer's day, which contains hours of two UTC days. */
async function doneToday(visit: Visit): Promise<readonly DoneThing[]> {
  const { world, features, now, zone } = visit;
  const midnight = (startOfDay(readClock(now, zone).day, zone) ?? now).toISOString();
  const days = [now, new Date(now.getTime() - MS_PER_DAY)].map(formatUtcDay);
  const [tasks, others] = await Promise.all([
    Promise.all(days.map((day) => world.tasks.doneOn(day))),
    Promise.all(features.map(async ({ done }) => (await done?.(visit)) ?? [])),
  ]);
  return [...tasks.flat().map((task) => toDoneThing(visit, task)), ...others.flat()]
    .filter(({ at }) => at >= midnight)
    .sort((one, other) => (one.at < other.at ? 1 : -1));
}

const countsByWorld = new WeakMap<ConsolePorts, { readonly at: number; readonly by: string; readonly count: Promise<number> }>();

/** Each instance of the Lambda function caches the number for COUNT_MS. */
export async function inboxCount(visit: Visit): Promise<number> {
  const at = visit.now.getTime();
  const by = visit.session.subject;
  const knownCount = countsByWorld.get(visit.world);
  if (knownCount?.by === by && Math.abs(at - knownCount.at) < COUNT_MS) return await knownCount.count;
  const count = Promise.all([readTraffic(visit, "day"), readItems(visit)]).then(async ([{ lastDay, bursts }, others]) => {
    const { open } = outagesIn(lastDay);
    return openCount(visit, open, await toHandledItems(visit, others, open, bursts));
  });
  countsByWorld.set(visit.world, { at, by, count });
  count.catch(() => countsByWorld.delete(visit.world));
  return await count;
}

function openCount(visit: Visit, outages: readonly Outage[], items: readonly HandledItem[]): number {
  return outages.length + items.filter((item) => isIn("open", item, visit)).length;
}

const asks = { ...healthAsks, view: views, [OPEN_PARAMETER]: "any", set: "any" } as const;
export const routes: readonly ConsoleRoute[] = [{ method: "GET", path: "/", access: "Reader", instead: homes, asks, handler: inbox }];

function inboxRows(visit: Visit, view: View, items: readonly HandledItem[], open: string | undefined) {
  if (items.length === 0) return null;
  const renderItemRow = (item: HandledItem) => itemRow(visit, item, item.subject === open);
  const groups = itemGroups.map((group) => ({ group, some: items.filter(({ kind }) => kind.group === group) }));
  return (
    <ul class="rows inbox" data-keys="">
      {view === "snoozed"
        ? items.map(renderItemRow)
        : groups.map(({ group, some }) =>
            some.length === 0 ? null : (
              <>
                <li class={group === "now" ? "group bad" : "group"}>
                  <h2>{t.groups[group]}</h2>
                </li>
                {some.map(renderItemRow)}
              </>
            ),
          )}
    </ul>
  );
}

function itemRow(visit: Visit, item: HandledItem, isOpen: boolean) {
  const { subject, kind, title, cause, count, people, trend, since, task } = item;
  const asleep = task !== undefined && isSnoozed(task, visit.now) ? task : undefined;
  const due = asleep === undefined ? item.due : t.asleepUntil(momentText(asleep.snoozedUntil ?? ""));
  return (
    <li aria-current={isOpen ? "true" : undefined} data-key={subject}>
      <Mark tone={kind.tone} icon={kind.icon} />
      <div class="what">
        <b>
          <a href={openAddress(visit, subject)}>{title}</a>
        </b>
        <small>{cause}</small>
      </div>
      {/* The title of an item about anything but people has the number too. */}
      <b class="number" aria-hidden={people === undefined ? "true" : undefined}>
        {count}
        {people === undefined ? null : <span class="hidden"> {people === 1 ? t.person : t.people}</span>}
      </b>
      <span class="trend">
        {trend?.values.some((value) => value > 0) ? (
          <Sparkline values={trend.values} kind={kind.trend ?? "block"} label={t.trends[trend.by](describeTrend(visit, trend.values))} />
        ) : null}
      </span>
      <OwnerMark owner={task?.owner} />
      <span class="age">
        {due === undefined
          ? since && [hiddenWord(t.lasts), ageText(visit.say(approvalWords), since, visit.now)]
          : [asleep === undefined && hiddenWord(t.due), due]}
      </span>
      <span class="act">
        {asleep !== undefined && visit.may("Approver") ? (
          <TaskButton visit={visit} subject={subject} task={asleep} change="wake" text={taskTexts.wake} />
        ) : (
          itemAction(visit, item)
        )}
      </span>
    </li>
  );
}

function hiddenWord(word: string) {
  return <span class="hidden">{word} </span>;
}

function describeTrend(visit: Visit, values: readonly number[]): string {
  const sum = values.reduce((all, value) => all + value, 0);
  return t.trendValues(
    ...([sum, Math.max(...values), values.at(-1) ?? 0].map((count) => countText(visit, count)) as [string, string, string]),
  );
}

/** The name has the item's title, because several items have the same text. */
function itemAction(visit: Visit, { action, all, title }: HandledItem, look = "button quiet") {
  if (action === undefined) return null;
  const { text, path } = visit.may(action.role ?? "Reader") ? action : { text: t.look, path: all ?? action.path };
  return <ButtonLink path={path} text={text} class={look} aria-label={`${text}: ${title}`} />;
}

function doneRow(visit: Visit, { at, by, what, undo }: DoneThing) {
  return (
    <li class="done">
      <Mark tone="good" icon="allow" />
      <div class="what">
        <span>
          {by?.id === visit.session.subject ? t.you : <bdi>{visible(by?.name ?? "")}</bdi>}
          {trailTexts.did}
          {what}
        </span>
      </div>
      <RowTime at={at} />
      {undo}
    </li>
  );
}

function toDoneThing(visit: Visit, task: Task): DoneThing {
  const isOver = isOnItsWay(task, visit.now) || !visit.may("Approver");
  return {
    at: task.done?.at ?? "",
    by: task.done?.by,
    what: doneWords(visit, task),
    undo: isOver ? null : <TaskButton visit={visit} subject={task.subject} task={task} change="reopen" text={frameTexts.undo} />,
  };
}

/** Returns a task's subject in words. If the subject's kind has no text, returns the name that the subject contains. */
export function taskWords(subject: string): string {
  const { kind = "", id = "" } = subjectParts(subject) ?? {};
  // A UTC hour: `burst/2026-11-27T16`.
  const isHour = /^\d{4}-\d\d-\d\dT\d\d$/.test(id);
  return (findText(t.subjects, kind) ?? ((name: string) => (name === "" ? subject : name)))(
    isHour ? momentText(`${id}:00:00Z`) : countedName(serviceOfMailing({ subject }) ?? id),
  );
}

function doneWords(visit: Visit, task: Task) {
  const mailedService = serviceOfMailing(task);
  if (mailedService !== undefined) return t.mailed(countText(visit, task.done?.people ?? 0), countedName(mailedService));
  return (
    <>
      {t.done} <bdi>{shortenText(taskWords(task.subject), 60)}</bdi>
    </>
  );
}

function nothing(view: View, isNarrowed: boolean, isDown: boolean) {
  const all = view === "open" ? [<b>{isDown ? t.nothingElse : t.nothing}</b>, " ", t.nothingHint] : t.nothingHere[view];
  return <p class="empty">{isNarrowed ? t.nothingThen : all}</p>;
}

async function itemPanel(visit: Visit, item: HandledItem) {
  const { subject, kind, title, cause, since, newest, people = 0, action, all = action?.path, task } = item;
  const more = await item.more?.();
  const decisions = more?.newest ?? [];
  const others = people - new Set(decisions.map(({ email }) => email)).size;
  return (
    <>
      <header>
        <Badge tone={kind.tone} icon={kind.icon}>
          {visit.say(kind.name)}
        </Badge>
        <h2 class="entity">{title}</h2>
        <p>{cause}</p>
      </header>
      {since === undefined || since === newest ? null : (
        <section>
          <Facts facts={[[t.seen, <Moment at={since} />]]} />
        </section>
      )}
      {more?.about}
      {decisions.length === 0 ? null : (
        <section>
          {/* Folded, so that owner and notes are in sight too. */}
          <details open={more?.about === undefined}>
            <summary>{t.newest}</summary>
            {decisions.map(({ reference = "", path = decisionPath(reference), at, email = "", name = email, note }) => (
              <p class="newest">
                <RowTime at={at} /> <ValueLink path={path} text={name} />
                {note === undefined ? null : <small> {note}</small>}
              </p>
            ))}
            {others > 0 && (
              <p>
                <a href={all}>{frameTexts.andMore(countText(visit, others))}</a>
              </p>
            )}
          </details>
        </section>
      )}
      {await readMailAlert(visit, mailSubjects.task(subject))}
      <TaskIfAny visit={visit} subject={subject} task={task} />
      <footer>
        {itemAction(visit, item, "button")}
        {item.finish !== undefined && visit.may("Approver") ? (
          <TaskButton visit={visit} subject={subject} task={task} change="finish" text={item.finish} />
        ) : null}
        <TaskFoot visit={visit} subject={subject} task={task} />
      </footer>
    </>
  );
}
