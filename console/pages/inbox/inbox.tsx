import { ENTRA_LOG_KEY, readEntraLog } from "../../../adapters/tables/ledger-rows";
import { outcomeSum, outcomeTotals } from "../../../engine/sign-up/outcome";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { ConsolePorts } from "../../app/ports";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { Beside } from "../../parts/beside";
import { addressWith } from "../../parts/chips";
import { PageHead } from "../../parts/page-head";
import { clockTime, dayOf, startOfDay } from "../../parts/time";
import { Health, Refusals, rangeAsks, type ShownTime, Systems, spansHere, stretchText } from "./health";
import { DoneRows, type DoneThing, InboxRows, Nothing, wholeAddress } from "./inbox-list";
import { ItemPanel } from "./inbox-panel";
import { inboxTexts } from "./inbox-texts";
import { decisionsPath, type HandledItem, isIn, itemViews, readItems } from "./items";
import { outagesIn, type Range, ranges, readTraffic } from "./traffic";

const views = [...itemViews, "done"] as const;
type View = (typeof views)[number];

/** What somebody did stays in the list so long, with its way back. */
const JUST_NOW_MS = 15 * 60_000;
const SHOWN_SETS = 20;
/** The menu's number is that old at most. */
const COUNT_MS = 60_000;

/** What fails, how sign-ups come out, and what needs somebody. */
async function inbox(visit: Visit): Promise<Response> {
  const t = visit.say(inboxTexts);
  const range = (Object.keys(ranges) as Range[]).find((each) => each === visit.query("range")) ?? "day";
  const view = views.find((each) => each === visit.query("view")) ?? "open";
  const here = stretchAsked(visit);
  const [traffic, ledgerRow, done] = await Promise.all([
    readTraffic(visit, range),
    visit.world.ledger.get(ENTRA_LOG_KEY),
    doneToday(visit),
  ]);
  const outages = outagesIn(traffic.hours);
  const items = await readItems(visit, outages);
  const within = items.filter((item) => here === undefined || overlaps(item, here));
  const shown = view === "done" ? [] : within.filter((item) => isIn(view, item, visit));
  const opened = items.find(({ subject }) => subject === visit.query("open"));
  const isFirstDay = traffic.since === undefined && traffic.spans.every(({ outcomes }) => outcomeSum(outcomes) === 0);
  const counts = {
    ...Object.fromEntries(itemViews.map((each) => [each, within.filter((item) => isIn(each, item, visit)).length])),
    done: done.length,
  };
  const address = (each: View) => addressWith(visit, ["view"], each === "open" ? {} : { view: each });
  const head = (
    <PageHead
      title={t.heading}
      views={{
        label: t.tabsLabel,
        each: views.map((each) => ({
          name: t.tabs[each],
          path: address(each),
          isHere: each === view,
          count: (counts as Record<View, number>)[each],
        })),
      }}
    />
  );
  const justDone = done.filter(({ at }) => at > new Date(visit.now.getTime() - JUST_NOW_MS).toISOString());
  const list =
    view === "done" && done.length > 0 ? (
      <DoneRows visit={visit} done={done} />
    ) : shown.length === 0 ? (
      <Nothing visit={visit} view={view} isFirstDay={isFirstDay} />
    ) : (
      <InboxRows visit={visit} items={shown} done={view === "open" ? justDone : []} open={opened?.subject} />
    );
  return await visit.page(
    t.title,
    <>
      <Health visit={visit} traffic={traffic} outages={outages} range={range} here={here} />
      {here === undefined ? null : (
        <Showing
          visit={visit}
          here={here}
          count={outcomeSum(outcomeTotals(spansHere({ traffic, here }).map(({ outcomes }) => outcomes)))}
        />
      )}
      {head}
      <Beside
        visit={visit}
        list={list}
        panel={opened === undefined ? undefined : <ItemPanel visit={visit} item={opened} />}
        label={opened?.title ?? ""}
      />
      <div class="cards">
        <Refusals visit={visit} traffic={traffic} here={here} />
        <Systems visit={visit} traffic={traffic} here={here} seen={readEntraLog(ledgerRow)} />
      </div>
    </>,
    { head: null },
  );
}

/** `?from=&to=`: hours in UTC, as the chart's bars have them. */
function stretchAsked(visit: Visit): ShownTime | undefined {
  const [from, to] = [visit.query("from"), visit.query("to")].map((hour) =>
    /^\d{4}-\d\d-\d\dT\d\d$/.test(hour) ? new Date(`${hour}:00:00.000Z`) : new Date(Number.NaN),
  );
  return from !== undefined && to !== undefined && from < to ? { from, to } : undefined;
}

function overlaps({ since, newest }: HandledItem, { from, to }: ShownTime): boolean {
  return since !== undefined && since < to.toISOString() && (newest === undefined || newest >= from.toISOString());
}

function Showing({ visit, here, count }: { readonly visit: Visit; readonly here: ShownTime; readonly count: number }) {
  const t = visit.say(inboxTexts);
  return (
    <p class="actions">
      {t.showing} <span class="tag info">{stretchText(visit, here)}</span> <a href={wholeAddress(visit)}>{t.clear}</a>{" "}
      <a href={decisionsPath(here.from, new Date(here.to.getTime() - 1))}>{t.decisionsOf(count.toLocaleString(visit.language))}</a>
    </p>
  );
}

/** The newest first: by the viewer's clock, whose day has hours of two days of UTC. */
async function doneToday({ world, now, zone }: Visit): Promise<readonly DoneThing[]> {
  const midnight = (startOfDay(clockTime(now, zone).day, zone) ?? now).toISOString();
  const days = [now, new Date(now.getTime() - MS_PER_DAY)].map(dayOf);
  const [tasks, { sets }] = await Promise.all([
    Promise.all(days.map((day) => world.tasks.doneOn(day))),
    world.changes.page(undefined, SHOWN_SETS),
  ]);
  return [...tasks.flat().map((task) => ({ at: task.done?.at ?? "", task })), ...sets.map((set) => ({ at: set.at, set }))]
    .filter(({ at }) => at >= midnight)
    .sort((one, other) => (one.at < other.at ? 1 : -1));
}

const kept = new WeakMap<ConsolePorts, { readonly at: number; readonly count: Promise<number> }>();

/** How many items are open, for the menu: read once a minute in each instance of the function. */
export async function inboxCount(visit: Visit): Promise<number> {
  const at = visit.now.getTime();
  const known = kept.get(visit.world);
  if (known !== undefined && Math.abs(at - known.at) < COUNT_MS) return await known.count;
  const count = readTraffic(visit, "day")
    .then(({ hours }) => readItems(visit, outagesIn(hours)))
    .then((items) => items.filter((item) => isIn("open", item, visit)).length);
  kept.set(visit.world, { at, count });
  count.catch(() => kept.delete(visit.world));
  return await count;
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/", access: "Reader", asks: { ...rangeAsks, view: views, open: "any" }, handler: inbox },
];
