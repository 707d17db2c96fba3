import { BURST_SUBJECT, type InboxItem, type InboxKind } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { isMine } from "../../../console/parts/tasks";
import { countText, visible } from "../../../console/parts/value";
import { isSnoozed, type Task } from "../../../engine/tasks/task";
import { countedName } from "../../counts/pages/count-tables";
import { type CountReach, clipToCounts, formatHour, readCountReach } from "../../counts/pages/counted-hours";
import { mainReason, spanName } from "../../counts/pages/time-chart";
import { isUnusual } from "../../counts/unusual";
import { decisionsPath } from "../../decisions/pages/decision-search";
import type { Outage } from "../outages";
import { inboxTexts as t } from "./inbox-texts";
import { computeExcess, type HourBurst } from "./traffic";
import { outagesLately, readAftermath, TURNED_AWAY, turnedAwayPath } from "./turned-away";

export interface HandledItem extends InboxItem {
  readonly task: Task | undefined;
}

/** The views of the list. Finished work is shown separately, because it is not an item any more. */
export const itemViews = ["open", "mine", "snoozed"] as const;

/** False if something has happened since the item was done. */
export function isDone({ task, newest }: HandledItem): boolean {
  return task?.done !== undefined && (newest === undefined || newest <= task.done.at);
}

export function isIn(view: (typeof itemViews)[number], item: HandledItem, visit: Visit): boolean {
  const { task } = item;
  if (task === undefined) return view === "open";
  // A done item is in no view.
  if (isDone(item)) return false;
  if (view === "mine") return isMine(task, visit);
  return isSnoozed(task, visit.now) === (view === "snoozed");
}

const kinds = {
  turnedAway: { icon: "people", tone: "warn", group: "today", rank: 1, name: { en: "After an outage", ko: "장애 이후" } },
  refused: { icon: "warning", tone: "warn", group: "now", trend: "block", rank: 3, name: { en: "Many refused", ko: "많이 거부됨" } },
  burst: { icon: "people", tone: "bad", group: "now", trend: "continue", rank: 2, name: { en: "Many let in", ko: "많이 허용됨" } },
  alarm: { icon: "alarm", tone: "bad", group: "now", rank: 1, name: { en: "Alarm", ko: "경보" } },
} as const satisfies Readonly<Record<string, InboxKind>>;

/** Reads the alarms, the people turned away and the items of all features. `toHandledItems` adds the news in the traffic. */
export async function readItems(visit: Visit): Promise<readonly InboxItem[]> {
  const itemLists = await Promise.all([
    alarms(visit),
    turnedAway(visit),
    ...visit.features.map(async ({ inbox }) => (await inbox?.(visit)) ?? []),
  ]);
  return itemLists.flat();
}

/** Drops items that are over, adds the news in the traffic, sorts all and adds their tasks. `outages` and `bursts`: of the last day. */
export async function toHandledItems(
  visit: Visit,
  others: readonly InboxItem[],
  outages: readonly Outage[],
  bursts: readonly HourBurst[],
): Promise<readonly HandledItem[]> {
  // An open outage is an item only for `isTold`: the list has no such item, because the outage is shown above it.
  const news = selectHourNews(bursts, [
    ...others,
    ...outages.map(({ service, since, last }: Outage) => ({ subject: `${TURNED_AWAY}${service}`, since, newest: last })),
  ]);
  const open = others.filter(({ isOver }) => !isOver);
  const reach = await readCountReach(visit);
  const items = [...news.map((each) => hourBurst(visit, each, reach)), ...open].sort(
    (one, other) => countPeople(other) - countPeople(one) || one.kind.rank - other.kind.rank,
  );
  const tasks = await visit.world.tasks.of(items.map(({ subject }) => subject));
  return items.map((item) => ({ ...item, task: tasks.get(item.subject) }));
}

function countPeople({ people, kind }: InboxItem): number {
  return people ?? (kind.tone === "bad" ? Number.MAX_SAFE_INTEGER : 0);
}

type Telling = Pick<InboxItem, "subject" | "newest" | "since" | "people">;

interface HourNews extends HourBurst {
  readonly besides: readonly string[];
}

/**
 * Returns the most unusual hour of people let in, and that of refusals. Leaves out refusals that an item explains. Subtracts an item's
 * people let in only once, even if the item covers several hours.
 */
function selectHourNews(bursts: readonly HourBurst[], others: readonly Telling[]): readonly HourNews[] {
  const leftCounts = new Map(others.map(({ subject, people = 0 }) => [subject, people]));
  const news = bursts.flatMap((burst): readonly HourNews[] => {
    const telling = others.filter((item) => isTold(burst, item));
    if (burst.kind === "block") return telling.length === 0 ? [{ ...burst, besides: [] }] : [];
    let { count } = burst;
    const besides: string[] = [];
    for (const { subject } of telling) {
      const people = leftCounts.get(subject) ?? 0;
      const some = Math.min(count - burst.typical, people);
      if (some > 0) besides.push(subject.slice(BURST_SUBJECT.length));
      leftCounts.set(subject, people - some);
      count -= some;
    }
    return isUnusual(count, burst.typical) ? [{ ...burst, count, besides }] : [];
  });
  return (["continue", "block"] as const).flatMap((kind) => {
    const most = news.filter((each) => each.kind === kind).sort((one, other) => computeExcess(other) - computeExcess(one));
    return most.slice(0, 1);
  });
}

/**
 * Returns true if an item already explains the hour. An item about a domain explains people let in, and an item about an outage explains
 * refusals.
 */
function isTold({ kind, from, to }: HourBurst, { subject, newest = "", since = "" }: Telling): boolean {
  const tells = kind === "continue" ? [BURST_SUBJECT] : [TURNED_AWAY];
  return tells.some((each) => subject.startsWith(each)) && since <= to.toISOString() && newest >= from.toISOString();
}

function hourBurst(visit: Visit, burst: HourNews, reach: CountReach): InboxItem {
  const { kind, from, to, trend } = burst;
  const [since, hour] = [from.toISOString(), spanName(visit, "hour", burst)];
  const [count, typical] = [countText(visit, burst.count), countText(visit, burst.typical)];
  const all = { count, people: burst.count, trend: { by: "hour" as const, values: trend }, since, newest: since };
  if (kind === "block") {
    const action = { text: t.whoWasRefused, path: decisionsPath(clipToCounts(visit, burst, reach, from) ?? burst, { verdict: "block" }) };
    const cause = [t.refusedCause(count, typical), mainReason(visit, burst.hours, burst.count)].join(" ");
    return {
      ...all,
      subject: `refused/${formatHour(from)}`,
      kind: kinds.refused,
      title: t.refused(hour),
      cause,
      action,
      finish: t.isRight,
    };
  }
  const others = burst.besides.map(visible).join(", ");
  return {
    ...all,
    subject: `${BURST_SUBJECT}${formatHour(from)}`,
    kind: kinds.burst,
    title: t.burst(hour),
    cause: others === "" ? t.burstCause(count, typical) : t.burstBesides(others, count, typical),
    action: { text: t.whoGotIn, path: `/incidents?${new URLSearchParams({ from: since, to: to.toISOString() })}` },
    finish: t.noAttack,
  };
}

/** Lists ended outages until all people turned away have come again: until then, some may not know that sign-up works again. */
async function turnedAway(visit: Visit): Promise<readonly InboxItem[]> {
  const { over } = await outagesLately(visit);
  const each = await Promise.all(over.map(async (outage) => ({ ...outage, ...(await readAftermath(visit, outage)) })));
  return each
    .filter(({ isOver }) => !isOver)
    .map(({ service, since, last, count, people = count }) => ({
      subject: `${TURNED_AWAY}${service}`,
      kind: kinds.turnedAway,
      title: t.turnedAway(countedName(service)),
      cause: t.turnedAwayCause(countText(visit, count), spanName(visit, "hour", { from: new Date(since) })),
      count: countText(visit, people),
      people,
      since,
      newest: last,
      action: { text: t.whoWasTurnedAway, path: turnedAwayPath({ service, since, last }) },
      finish: t.writeOff,
    }));
}

async function alarms(visit: Visit): Promise<readonly InboxItem[]> {
  const ringing = await visit.world.alarms?.().catch(() => "unknown" as const);
  if (ringing === "unknown") {
    return [{ subject: "alarm/unknown", kind: kinds.alarm, title: t.alarmsUnknown, cause: t.alarmsUnknownCause, isFailing: true }];
  }
  return (ringing ?? []).map(({ name, description, since }) => {
    const [what = "", runbook] = description.split(" Runbook: ");
    const action = runbook?.startsWith("https://") && { action: { text: t.whatToDo, path: runbook } };
    return {
      subject: `alarm/${name}`,
      kind: kinds.alarm,
      title: visible(what),
      cause: t.alarmCause,
      since,
      newest: since,
      isFailing: true,
      ...action,
    };
  });
}
