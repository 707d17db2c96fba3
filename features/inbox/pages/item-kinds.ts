import type { InboxItem, InboxKind } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { countText, visible } from "../../../console/parts/value";
import { decisionsPath } from "../../decisions/pages/decision-time";
import { inboxTexts as t } from "./inbox-texts";
import type { HandledItem } from "./items";
import { gatesText, type Outage, outageTitle } from "./outages";

const kinds = {
  outage: { icon: "outage", tone: "bad", group: "now", trend: "block", rank: 0, name: { en: "Outage", ko: "장애" } },
  alarm: { icon: "alarm", tone: "bad", group: "now", rank: 1, name: { en: "Alarm", ko: "경보" } },
} as const satisfies Readonly<Record<string, InboxKind>>;

/** Everything that needs somebody now, of each feature. @param outages of the last day */
export async function readItems(visit: Visit, outages: readonly Outage[]): Promise<readonly HandledItem[]> {
  const found = await Promise.all([alarms(visit), ...visit.features.map(async ({ inbox }) => (await inbox?.(visit)) ?? [])]);
  const items = [...outages.map((each) => outage(visit, each)), ...found.flat()].sort((one, other) => one.kind.rank - other.kind.rank);
  const tasks = await visit.world.tasks.of(items.map(({ subject }) => subject));
  return items.map((item) => ({ ...item, task: tasks.get(item.subject) }));
}

function outage(visit: Visit, each: Outage): InboxItem {
  const { service, since, last, count, trend, gates } = each;
  return {
    subject: `outage/${service}`,
    kind: kinds.outage,
    title: outageTitle(each),
    cause: t.hit(countText(visit, count), gatesText(visit, gates)),
    count: countText(visit, count),
    trend: { by: "hour", values: trend },
    since,
    newest: last,
    action: { text: t.openIncident, path: decisionsPath({ from: new Date(since), to: visit.now }) },
  };
}

async function alarms(visit: Visit): Promise<readonly InboxItem[]> {
  const ringing = await visit.world.alarms?.().catch(() => "unknown" as const);
  if (ringing === "unknown") return [{ subject: "alarm/unknown", kind: kinds.alarm, title: t.alarmsUnknown, cause: t.alarmsUnknownCause }];
  return (ringing ?? []).map(({ name, description, since }) => {
    const [what = "", runbook] = description.split(" Runbook: ");
    const action = runbook?.startsWith("https://") && { action: { text: t.whatToDo, path: runbook } };
    return { subject: `alarm/${name}`, kind: kinds.alarm, title: visible(what), cause: t.alarmCause, since, newest: since, ...action };
  });
}
