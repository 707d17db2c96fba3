import type { RingingAlarm } from "../../../adapters/aws/alarms";
import type { AuditEntry } from "../../../adapters/tables/audit";
import type { ListedDecision } from "../../../adapters/tables/decisions";
import { toRow } from "../../../adapters/tables/item";
import type { ListRange } from "../../../adapters/tables/list-indexes";
import { type Proposal, proposalState } from "../../../engine/access-list/proposal";
import type { RequestBrief } from "../../../engine/approvals/brief";
import type { ApprovalState } from "../../../engine/approvals/request";
import { stateAt } from "../../../engine/approvals/state-at";
import { OUTSIDE } from "../../../engine/audit/entry";
import { grouped } from "../../../engine/grouped";
import { ageText, approvalWords } from "../../../engine/messages/operator/approvals";
import { partsOf } from "../../../engine/sign-up/email";
import type { OutcomeKind } from "../../../engine/sign-up/outcome";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { isSnoozed, type Task } from "../../../engine/tasks/task";
import type { Visit } from "../../app/visit";
import type { Tone } from "../../parts/badge";
import type { IconName } from "../../parts/icon";
import { isMine } from "../../parts/tasks";
import { dateLocale, momentText } from "../../parts/time";
import { shortened, visible } from "../../parts/value";
import type { Role } from "../../session/roles";
import { accessListTable } from "../access-list/access-list";
import { entryPath, newEntryPath } from "../access-list/access-list-parts";
import { PROPOSALS_PATH, proposalPath } from "../access-list/propose";
import { auditTexts } from "../audit/audit-texts";
import { inboxTexts } from "./inbox-texts";
import { type Suspects, suspectsIn } from "./suspects";
import { lastStepAt, newestDecisions, type Outage } from "./traffic";

/** Pages of requests that are counted: so many thousand. */
const COUNTED_PAGES = 2;
/** Of the list's entries, in each of its indexes' shards. Each that may have a problem is looked into. */
const COUNTED_PER_SHARD = 25;
/** One of the choices that the list's search has. */
const ENDING_DAYS = 7;
/** Edits made outside are shown so long, each by itself unless they are more. */
const OUTSIDE_DAYS = 3;
const SINGLE_EDITS = 3;
/** Groups that wait, each by itself; the others together. */
const SHOWN_GROUPS = 5;
const HOURS = 24;

export const itemGroups = ["now", "today", "week"] as const;
type ItemGroup = (typeof itemGroups)[number];

/** What each kind looks like. */
export const itemKinds = {
  outage: { icon: "outage", tone: "bad" },
  alarm: { icon: "alarm", tone: "bad" },
  alike: { icon: "lookAlike", tone: "bad" },
  unlisted: { icon: "accountFailed", tone: "warn" },
  group: { icon: "people", tone: "asked" },
  proposal: { icon: "proposal", tone: "info" },
  failed: { icon: "account", tone: "warn" },
  outside: { icon: "editedOutside", tone: undefined },
  problems: { icon: "warning", tone: "warn" },
  expiring: { icon: "expiry", tone: "warn" },
} as const satisfies Readonly<Record<string, { readonly icon: IconName; readonly tone: Tone | undefined }>>;

/** Something that needs somebody. */
export interface InboxItem {
  /** Its task's: `domain/contoso.com`. */
  readonly subject: string;
  readonly kind: keyof typeof itemKinds;
  readonly group: ItemGroup;
  readonly title: string;
  readonly cause: string;
  readonly count?: string;
  readonly trend?: { readonly values: readonly number[]; readonly kind: OutcomeKind };
  /** When it began: ISO 8601. Absent where its time is ahead, which `due` then says. */
  readonly since?: string;
  /** When it was seen last: what was done before does not count. */
  readonly newest?: string;
  readonly due?: string;
  readonly action?: { readonly text: string; readonly path: string; readonly role?: Role };
  /** Whether somebody says that it is done, as nothing else shows that. */
  readonly endsByHand?: boolean;
  /** Where everything of it is listed. */
  readonly all?: string;
  readonly decisions?: readonly ListedDecision[];
}

/** An item, and what operators have made of it. */
export interface HandledItem extends InboxItem {
  readonly task: Task | undefined;
}

/** Everything that needs somebody now, the most urgent first. @param outages of the traffic that the page shows */
export async function readItems(visit: Visit, outages: readonly Outage[]): Promise<readonly HandledItem[]> {
  const { now, world } = visit;
  const [pending, failed, problems, expiring, proposals, outside, lastDay, alarms] = await Promise.all([
    waiting(visit, "pending"),
    waiting(visit, "failed"),
    entriesIn(visit, "problem", {}),
    entriesIn(visit, "end", { from: now, to: new Date(now.getTime() + ENDING_DAYS * MS_PER_DAY) }),
    world.changes.proposals.page(),
    world.audit.page({ operator: OUTSIDE }),
    newestDecisions(visit, new Date(now.getTime() - MS_PER_DAY)),
    world.alarms?.().catch(() => "unknown" as const) ?? [],
  ]);
  const suspects = await suspectsIn(lastDay, world.alike.lookAlikesOf, (gate) => lastStepAt(visit, gate));
  const items = [
    ...outages.map((outage) => outageItem(visit, outage)),
    ...(alarms === "unknown" ? [unknownAlarms(visit)] : alarms.map((alarm) => alarmItem(visit, alarm))),
    ...domainItems(visit, suspects, lastDay),
    ...groupItems(visit, pending),
    ...proposals.proposals.filter((each) => proposalState(each, now) === "open").map((each) => proposalItem(visit, each)),
    ...failedItems(visit, failed),
    ...outsideItems(visit, outside.entries),
    ...problemItems(visit, problems),
    ...expiringItems(visit, expiring),
  ];
  const tasks = await world.tasks.of(items.map(({ subject }) => subject));
  return items.map((item) => ({ ...item, task: tasks.get(item.subject) }));
}

/** The views of the list. What was done is told apart: it is no item any more. */
export const itemViews = ["open", "mine", "snoozed"] as const;

export function isIn(view: (typeof itemViews)[number], item: HandledItem, visit: Visit): boolean {
  const { task } = item;
  if (task === undefined) return view === "open";
  if (isDone(item)) return false;
  if (view === "mine") return isMine(task, visit);
  return isSnoozed(task, visit.now) === (view === "snoozed");
}

/** Unless there is news of it since. */
function isDone({ task, newest }: HandledItem): boolean {
  return task?.done !== undefined && (newest === undefined || newest <= task.done.at);
}

/** For a number in words: some were not counted any more. */
interface Counted {
  readonly count: number;
  readonly more: boolean;
}

function counted(visit: Visit, { count, more }: Counted): string {
  const text = count.toLocaleString(visit.language);
  return more ? visit.say(inboxTexts).atLeast(text) : text;
}

function outageItem(visit: Visit, { service, kind, since, last, count, trend, gates }: Outage): InboxItem {
  const t = visit.say(inboxTexts);
  return {
    subject: `outage/${service}`,
    kind: "outage",
    group: "now",
    title: outageTitle(visit, { service, kind }),
    cause: t.hit(count.toLocaleString(visit.language), gatesText(visit, gates)),
    count: count.toLocaleString(visit.language),
    trend: { values: trend, kind: "block" },
    since,
    newest: last,
    action: { text: t.openIncident, path: decisionsPath(new Date(since), visit.now) },
  };
}

export function outageTitle(visit: Visit, { service, kind }: Pick<Outage, "service" | "kind">): string {
  const { kinds } = visit.say(inboxTexts);
  return (kinds[kind as keyof typeof kinds] ?? kinds.failed)(visible(service));
}

/** Empty where every gate is hit, or there is one. */
export function gatesText(visit: Visit, gates: readonly string[]): string {
  return gates.length === visit.world.gates.length ? "" : visit.say(inboxTexts).gate(gates.map(visible).join(", "));
}

/** The decisions of a time, to the minute. */
export function decisionsPath(from: Date, to: Date): string {
  const minute = (moment: Date) => `${moment.toISOString().slice(0, 16)}Z`;
  return `/decisions?${new URLSearchParams({ from: minute(from), to: minute(to) })}`;
}

function alarmItem(visit: Visit, { name, description, since }: RingingAlarm): InboxItem {
  const t = visit.say(inboxTexts);
  const [what = "", runbook] = description.split(" Runbook: ");
  return {
    subject: `alarm/${name}`,
    kind: "alarm",
    group: "now",
    title: visible(what),
    cause: t.alarmCause,
    since,
    newest: since,
    ...(runbook?.startsWith("https://") && { action: { text: t.whatToDo, path: runbook } }),
  };
}

function unknownAlarms(visit: Visit): InboxItem {
  const t = visit.say(inboxTexts);
  return { subject: "alarm/unknown", kind: "alarm", group: "today", title: t.alarmsUnknown, cause: t.alarmsUnknownCause };
}

function domainItems(visit: Visit, { alike, unlisted }: Suspects, lastDay: readonly ListedDecision[]): readonly InboxItem[] {
  const t = visit.say(inboxTexts);
  const byDomain = grouped(
    lastDay.filter(({ email, verdict }) => email !== undefined && verdict === "block"),
    ({ email }) => partsOf(email ?? "").domain,
  );
  const base = (domain: string, people: number) => {
    const decisions = byDomain.get(domain) ?? [];
    const trend = { values: byHours(visit, decisions), kind: "block" } as const;
    const times = decisions.map(({ at }) => at).sort();
    const since = times[0] ?? visit.now.toISOString();
    const subject = `domain/${domain}`;
    const all = domainPath(domain);
    return {
      subject,
      trend,
      since,
      newest: times.at(-1) ?? since,
      count: people.toLocaleString(visit.language),
      all,
      decisions: decisions.slice(0, 3),
    };
  };
  return [
    ...alike.map(
      ({ domain, like, people }): InboxItem => ({
        ...base(domain, people),
        kind: "alike",
        group: "now",
        title: t.alike(visible(domain), visible(like)),
        cause: t.alikeCause(people.toLocaleString(visit.language)),
        action: { text: t.denyDomain, path: domainPath(domain) },
      }),
    ),
    ...unlisted.map(
      ({ domain, people }): InboxItem => ({
        ...base(domain, people),
        kind: "unlisted",
        group: "today",
        title: t.unlisted(visible(domain)),
        cause: t.unlistedCause(people.toLocaleString(visit.language)),
        action: { text: t.allowUntil, path: newEntryPath(domain), role: "Administrator" },
      }),
    ),
  ];
}

function domainPath(domain: string): string {
  return `/domains/${encodeURIComponent(domain)}`;
}

/** How many in each hour of the last day. */
function byHours({ now }: Visit, moments: readonly { readonly at: string }[]): readonly number[] {
  const values = Array.from({ length: HOURS }, () => 0);
  for (const { at } of moments) {
    const back = Math.floor((now.getTime() - Date.parse(at)) / MS_PER_HOUR);
    if (back >= 0 && back < HOURS) values[HOURS - 1 - back] = (values[HOURS - 1 - back] ?? 0) + 1;
  }
  return values;
}

interface Waiting extends Counted {
  readonly briefs: readonly RequestBrief[];
}

async function waiting({ world, now }: Visit, state: ApprovalState): Promise<Waiting> {
  const briefs: RequestBrief[] = [];
  let pages = 0;
  for await (const page of world.approvals.briefsByState(state)) {
    briefs.push(...page.filter((brief) => stateAt(brief, now) === state));
    pages += 1;
    if (pages >= COUNTED_PAGES) break;
  }
  return { briefs, count: briefs.length, more: pages >= COUNTED_PAGES };
}

function groupItems(visit: Visit, { briefs, more }: Waiting): readonly InboxItem[] {
  const t = visit.say(inboxTexts);
  const groups = [...grouped(briefs, ({ email }) => partsOf(email).domain)].sort(([, one], [, other]) => other.length - one.length);
  const item = (subject: string, some: readonly RequestBrief[], title: string, path: string): InboxItem => {
    const asked = some.map(({ requestedAt }) => requestedAt).sort();
    const due = some.map(({ answerBy }) => answerBy).sort()[0] ?? "";
    const count = counted(visit, { count: some.length, more });
    return {
      subject,
      kind: "group",
      group: "today",
      title,
      cause: t.groupCause(ageText(visit.say(approvalWords), asked[0] ?? "", visit.now), momentText(due)),
      count,
      trend: {
        values: byHours(
          visit,
          some.map(({ requestedAt }) => ({ at: requestedAt })),
        ),
        kind: "waiting",
      },
      since: asked[0] ?? "",
      newest: asked.at(-1) ?? "",
      action: { text: t.review(count), path },
    };
  };
  const others = groups.slice(SHOWN_GROUPS).flatMap(([, some]) => some);
  return [
    ...groups.slice(0, SHOWN_GROUPS).map(([domain, some]) => {
      const [first, second] = some;
      const path = `/approvals?${new URLSearchParams({ domain, select: "all" })}`;
      if (first !== undefined && second === undefined)
        return item(`request/${first.id}`, some, t.groupOne(visible(first.email)), `/approvals/requests/${encodeURIComponent(first.id)}`);
      return item(`group/${domain}`, some, t.group(some.length.toLocaleString(visit.language), visible(domain)), path);
    }),
    ...(others.length === 0
      ? []
      : [item("group/others", others, t.groupOthers(counted(visit, { count: others.length, more })), "/approvals?state=pending")]),
  ];
}

function proposalItem(visit: Visit, { id, at, by, name, entry, added, changed, removed }: Proposal): InboxItem {
  const t = visit.say(inboxTexts);
  const count = (added + changed + removed).toLocaleString(visit.language);
  return {
    subject: `proposal/${id}`,
    kind: "proposal",
    group: "today",
    title: t.proposal(visible(name), entry === undefined ? t.proposalOf(count) : shortened(entry, 60)),
    cause: by === visit.session.subject ? t.proposalOwn : t.proposalCause,
    count,
    since: at,
    action: { text: t.review("1"), path: proposalPath(id) },
    all: PROPOSALS_PATH,
  };
}

function failedItems(visit: Visit, failed: Waiting): readonly InboxItem[] {
  const t = visit.say(inboxTexts);
  const times = failed.briefs.map(({ changedAt }) => changedAt).sort();
  if (failed.count === 0) return [];
  return [
    {
      subject: "failed/accounts",
      kind: "failed",
      group: "today",
      title: t.failed(counted(visit, failed)),
      cause: t.failedCause,
      count: counted(visit, failed),
      trend: {
        values: byHours(
          visit,
          failed.briefs.map(({ changedAt }) => ({ at: changedAt })),
        ),
        kind: "block",
      },
      since: times[0] ?? "",
      newest: times.at(-1) ?? "",
      action: { text: t.tryAgain, path: "/approvals?state=failed" },
    },
  ];
}

function outsideItems(visit: Visit, entries: readonly AuditEntry[]): readonly InboxItem[] {
  const t = visit.say(inboxTexts);
  const { actions } = visit.say(auditTexts);
  const from = new Date(visit.now.getTime() - OUTSIDE_DAYS * MS_PER_DAY).toISOString();
  const recent = entries.filter(({ at, via }) => via === OUTSIDE && at >= from);
  const base = { kind: "outside", group: "today", endsByHand: true } as const;
  const all = `/audit?operator=${OUTSIDE}`;
  if (recent.length <= SINGLE_EDITS) {
    return recent.map(({ number, at, subject, action, count }) => ({
      ...base,
      subject: `outside/${number}`,
      title: count === undefined ? t.outside(shortened(subject, 60)) : t.outsideMany(count.toLocaleString(visit.language)),
      cause: t.outsideCause(actions[action] ?? visible(action)),
      count: (count ?? 1).toLocaleString(visit.language),
      since: at,
      newest: at,
      action: { text: t.look, path: count === undefined && action.startsWith("access-list.") ? entryPath(subject) : all },
      all,
    }));
  }
  const count = recent.reduce((sum, each) => sum + (each.count ?? 1), 0).toLocaleString(visit.language);
  const times = recent.map(({ at }) => at).sort();
  const kinds = [...new Set(recent.map(({ action }) => actions[action] ?? visible(action)))].join(", ");
  const [since = "", newest = ""] = [times[0], times.at(-1)];
  return [
    {
      ...base,
      subject: "outside/edits",
      title: t.outsideMany(count),
      cause: t.outsideCause(kinds),
      count,
      since,
      newest,
      action: { text: t.look, path: all },
      all,
    },
  ];
}

interface CountedEntries extends Counted {
  /** The first of them. */
  readonly entry?: string;
  readonly ends?: string;
}

async function entriesIn(visit: Visit, by: "end" | "problem", range: ListRange): Promise<CountedEntries> {
  const { rows, next } = await visit.world.accessList.inOrder(by, { ...range, perShard: COUNTED_PER_SHARD });
  const more = next !== undefined;
  if (by === "end") {
    const [first] = rows;
    return {
      count: rows.length,
      more,
      ...(first !== undefined && { entry: first.item.entry?.S ?? "", ends: first.place.split(" ")[0] ?? "" }),
    };
  }
  // The order of problems holds all rows that may have one.
  const flagged = await Promise.all(rows.map(async ({ item }) => (await accessListTable.problems(visit, toRow(item))).words.length > 0));
  return { count: flagged.filter(Boolean).length, more };
}

function problemItems(visit: Visit, problems: CountedEntries): readonly InboxItem[] {
  const t = visit.say(inboxTexts);
  const count = counted(visit, problems);
  if (problems.count === 0) return [];
  const action = { text: t.correct, path: "/access-list?problem=1" };
  return [{ subject: "list/problems", kind: "problems", group: "week", title: t.problems(count), cause: t.problemsCause, count, action }];
}

function expiringItems(visit: Visit, expiring: CountedEntries): readonly InboxItem[] {
  const t = visit.say(inboxTexts);
  const count = counted(visit, expiring);
  const { entry = "", ends } = expiring;
  if (expiring.count === 0) return [];
  const moment = ends === undefined || Number.isNaN(Date.parse(ends)) ? undefined : new Date(ends);
  const day = moment?.toLocaleDateString(dateLocale(visit.language), {
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: visit.zone,
  });
  return [
    {
      subject: "list/expiring",
      kind: "expiring",
      group: "week",
      title: t.expiring(count),
      cause: day === undefined ? shortened(entry, 60) : t.expiringCause(shortened(entry, 60), day),
      count,
      ...(moment !== undefined && {
        due: moment.toLocaleDateString(dateLocale(visit.language), { weekday: "short", timeZone: visit.zone }),
      }),
      action: { text: t.renew, path: `/access-list?ends=${ENDING_DAYS}`, role: "Administrator" },
    },
  ];
}
