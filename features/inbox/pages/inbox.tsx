import type { DoneThing } from "../../../console/app/inbox-item";
import type { ConsolePorts } from "../../../console/app/ports";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { Beside, OPEN_PARAMETER } from "../../../console/parts/beside";
import { addressWith } from "../../../console/parts/chips";
import { PageHead } from "../../../console/parts/page-head";
import { taskActs } from "../../../console/parts/tasks";
import { clockTime, dayOf, startOfDay } from "../../../console/parts/time";
import { homes } from "../../../console/session/roles";
import { outcomeSum } from "../../../engine/sign-up/outcome";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { TimeStretch } from "../../counts/pages/counted-hours";
import { decisionsPath } from "../../decisions/pages/decision-time";
import { Health, healthAsks, spansHere, stretchText } from "./health";
import { DoneRows, InboxRows, itemPanel, Nothing, taskDone } from "./inbox-list";
import { inboxTexts as t } from "./inbox-texts";
import { readItems } from "./item-kinds";
import { type HandledItem, isIn, itemViews } from "./items";
import { newestCall, outagesIn } from "./outages";
import { hoursAsked, overlap, type Range, ranges, readTraffic } from "./traffic";

const views = [...itemViews, "done"] as const;
type View = (typeof views)[number];

/** What somebody did stays in the list so long, with its way back. */
const JUST_NOW_MS = 15 * 60_000;
/** The menu's number is that old at most. */
const COUNT_MS = 60_000;

/** What fails, how sign-ups come out, and what needs somebody. */
async function inbox(visit: Visit): Promise<Response> {
  const range = (Object.keys(ranges) as Range[]).find((each) => each === visit.query("range")) ?? "day";
  const view = views.find((each) => each === visit.query("view")) ?? "open";
  const here = hoursAsked(visit);
  const [traffic, done] = await Promise.all([readTraffic(visit, range), doneToday(visit)]);
  const outages = outagesIn(traffic.lastDay);
  const asked = outages.find(({ service }) => service === visit.query("check"));
  const [items, call] = await Promise.all([readItems(visit, outages, traffic.bursts), asked && newestCall(visit, asked)]);
  const within = items.filter((item) => here === undefined || isOf(item, here));
  const shown = view === "done" ? [] : within.filter((item) => isIn(view, item, visit));
  const opened = items.find(({ subject }) => subject === visit.query(OPEN_PARAMETER));
  const sum = spansHere({ traffic, here }).reduce((count, { outcomes }) => count + outcomeSum(outcomes), 0);
  const countOf = (each: View) => (each === "done" ? done : within.filter((item) => isIn(each, item, visit))).length;
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
          count: countOf(each),
        })),
      }}
    />
  );
  const justDone = done.filter(({ at }) => at > new Date(visit.now.getTime() - JUST_NOW_MS).toISOString());
  const list =
    view === "done" && done.length > 0 ? (
      <DoneRows visit={visit} done={done} />
    ) : shown.length === 0 ? (
      <Nothing visit={visit} view={view} isFirstDay={here === undefined && sum === 0} />
    ) : (
      <InboxRows visit={visit} items={shown} done={view === "open" ? justDone : []} open={opened?.subject} />
    );
  return await visit.page(
    t.title,
    <>
      <Health visit={visit} traffic={traffic} outages={outages} range={range} here={here} checked={asked && { ...asked, call }} />
      {here === undefined ? null : <Showing visit={visit} here={here} count={sum} />}
      {head}
      <Beside
        visit={visit}
        list={list}
        panel={opened && (await itemPanel(visit, opened))}
        label={opened?.title ?? ""}
        acts={taskActs(visit)}
      />
    </>,
    { head: null },
  );
}

function isOf({ since, newest }: HandledItem, here: TimeStretch): boolean {
  return since !== undefined && overlap({ from: new Date(since), to: newest === undefined ? here.to : new Date(newest) }, here);
}

function Showing({ visit, here, count }: { readonly visit: Visit; readonly here: TimeStretch; readonly count: number }) {
  return (
    <p class="actions">
      {t.showing} <span class="tag info">{stretchText(visit, here)}</span> <a href={addressWith(visit, ["from", "to"], {})}>{t.clear}</a>{" "}
      <a href={decisionsPath(here)}>{t.decisionsOf(count.toLocaleString(visit.language))}</a>
    </p>
  );
}

/** The newest first: by the viewer's clock, whose day has hours of two days of UTC. */
async function doneToday(visit: Visit): Promise<readonly DoneThing[]> {
  const { world, features, now, zone } = visit;
  const midnight = (startOfDay(clockTime(now, zone).day, zone) ?? now).toISOString();
  const days = [now, new Date(now.getTime() - MS_PER_DAY)].map(dayOf);
  const [tasks, others] = await Promise.all([
    Promise.all(days.map((day) => world.tasks.doneOn(day))),
    Promise.all(features.map(async ({ done }) => (await done?.(visit)) ?? [])),
  ]);
  return [...tasks.flat().map((task) => taskDone(visit, task)), ...others.flat()]
    .filter(({ at }) => at >= midnight)
    .sort((one, other) => (one.at < other.at ? 1 : -1));
}

const kept = new WeakMap<ConsolePorts, { readonly at: number; readonly by: string; readonly count: Promise<number> }>();

/** How many items are open to the visitor, for the menu: read once a minute in each instance of the function. */
export async function inboxCount(visit: Visit): Promise<number> {
  const at = visit.now.getTime();
  const by = visit.session.subject;
  const known = kept.get(visit.world);
  if (known?.by === by && Math.abs(at - known.at) < COUNT_MS) return await known.count;
  const count = readTraffic(visit, "day")
    .then(({ lastDay, bursts }) => readItems(visit, outagesIn(lastDay), bursts))
    .then((items) => items.filter((item) => isIn("open", item, visit)).length);
  kept.set(visit.world, { at, by, count });
  count.catch(() => kept.delete(visit.world));
  return await count;
}

export const routes: readonly ConsoleRoute[] = [
  {
    method: "GET",
    path: "/",
    access: "Reader",
    instead: homes,
    asks: { ...healthAsks, view: views, [OPEN_PARAMETER]: "any" },
    handler: inbox,
  },
];
