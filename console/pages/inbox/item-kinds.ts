import { toRow } from "../../../adapters/tables/item";
import { turnOf } from "../../../engine/access/run";
import { proposalState } from "../../../engine/access-list/proposal";
import type { RequestBrief } from "../../../engine/approvals/brief";
import type { ApprovalState } from "../../../engine/approvals/request";
import { stateAt } from "../../../engine/approvals/state-at";
import { OUTSIDE } from "../../../engine/audit/entry";
import { grouped } from "../../../engine/grouped";
import { ageText, approvalWords } from "../../../engine/messages/operator/approvals";
import { partsOf } from "../../../engine/sign-up/email";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { requestSubject } from "../../../engine/tasks/task";
import type { Visit } from "../../app/visit";
import { domainPath, domainSubject } from "../../parts/domain-link";
import { dateLocale } from "../../parts/time";
import { shortened, visible } from "../../parts/value";
import { textNamed } from "../../texts/languages";
import { accessListTable } from "../access-list/access-list";
import { entryPath, newEntryPath, PROPOSALS_PATH, proposalPath } from "../access-list/access-list-parts";
import { requestPath, shortDay } from "../approvals/approvals-parts";
import { auditTexts } from "../audit/audit-texts";
import { decisionsPath } from "../decisions/decision-time";
import { ENDING_RUN_PATH } from "../people/ending-run";
import { inboxTexts as t } from "./inbox-texts";
import type { HandledItem, InboxItem } from "./items";
import { gatesText, type Outage, outageTitle } from "./outages";
import { suspectsIn } from "./suspects";

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
const TREND_HOURS = 24;
const TREND_DAYS = 14;

/** Everything that needs somebody now, each kind by its own description. @param outages of the last day */
export async function readItems(visit: Visit, outages: readonly Outage[]): Promise<readonly HandledItem[]> {
  const kinds = [alarms, waitingRun, lostSponsors, suspects, groups, proposals, failedAccounts, outsideEdits, problems, expiring];
  const found = await Promise.all(kinds.map((describe) => describe(visit)));
  const items = [...outages.map((each) => outage(visit, each)), ...found.flat()];
  const tasks = await visit.world.tasks.of(items.map(({ subject }) => subject));
  return items.map((item) => ({ ...item, task: tasks.get(item.subject) }));
}

function outage(visit: Visit, each: Outage): InboxItem {
  const { service, since, last, count, trend, gates } = each;
  return {
    subject: `outage/${service}`,
    kind: "outage",
    title: outageTitle(each),
    cause: t.hit(number(visit, count), gatesText(visit, gates)),
    count: number(visit, count),
    trend: { by: "hour", values: trend },
    since,
    newest: last,
    action: { text: t.openIncident, path: decisionsPath({ from: new Date(since), to: visit.now }) },
  };
}

async function alarms(visit: Visit): Promise<readonly InboxItem[]> {
  const ringing = await visit.world.alarms?.().catch(() => "unknown" as const);
  if (ringing === "unknown") return [{ subject: "alarm/unknown", kind: "alarm", title: t.alarmsUnknown, cause: t.alarmsUnknownCause }];
  return (ringing ?? []).map(({ name, description, since }) => {
    const [what = "", runbook] = description.split(" Runbook: ");
    const action = runbook?.startsWith("https://") && { action: { text: t.whatToDo, path: runbook } };
    return { subject: `alarm/${name}`, kind: "alarm", title: visible(what), cause: t.alarmCause, since, newest: since, ...action };
  });
}

/** The worker that ends access disables nobody until somebody confirms. */
async function waitingRun(visit: Visit): Promise<readonly InboxItem[]> {
  const { runs } = await visit.world.accessRuns.read();
  const [run] = runs;
  const action = { text: t.look, path: ENDING_RUN_PATH };
  if (run !== undefined && turnOf(runs, visit.now).kind === "behind")
    return [{ subject: `access-run/${run.at}`, kind: "run", title: t.runAhead, cause: t.runAheadCause, action }];
  if (run?.state !== "waiting") return [];
  const accounts = number(visit, run.toDisable + run.toDelete);
  const causes = { clock: t.runClock, gone: t.runGone, many: t.runCause(accounts, number(visit, run.inForce)) };
  const cause = causes[run.why ?? "many"];
  return [{ subject: `access-run/${run.at}`, kind: "run", title: t.run, cause, count: accounts, since: run.at, newest: run.at, action }];
}

/** People whose sponsor cannot be asked any more: the approvers are, until somebody names another one. */
async function lostSponsors(visit: Visit): Promise<readonly InboxItem[]> {
  const { sponsorLost = 0, at } = (await visit.world.accessRuns.read()).runs.find(({ state }) => state !== "waiting") ?? {};
  if (at === undefined || sponsorLost === 0) return [];
  const action = { text: t.look, path: "/people?life=ending" };
  const count = number(visit, sponsorLost);
  return [
    { subject: "access-sponsors/lost", kind: "sponsors", title: t.sponsors, cause: t.sponsorsCause, count, newest: at, since: at, action },
  ];
}

/** Domains that look like a known one, and those that may be refused by mistake. */
async function suspects(visit: Visit): Promise<readonly InboxItem[]> {
  const { domainCounts, alike } = visit.world;
  const found = await suspectsIn(await domainCounts.topDomains(new Date(visit.now.getTime() - MS_PER_DAY)), alike.lookAlikesOf);
  const days = await domainCounts.domainDays(
    found.map(({ domain }) => domain),
    TREND_DAYS,
  );
  return found.map(({ domain, like, refused, first, last }) => {
    const people = number(visit, refused);
    const shared = {
      subject: domainSubject(domain),
      domain,
      count: people,
      trend: { by: "day", values: days.get(domain)?.days.map(({ answers }) => answers.block) ?? [] },
      ...(first !== undefined && { since: first }),
      ...(last !== undefined && { newest: last }),
      all: domainPath(domain),
    } as const;
    const allow = { text: t.allowUntil, path: newEntryPath({ entry: domain }), role: "Administrator" } as const;
    return like === undefined
      ? { ...shared, kind: "unlisted", title: t.unlisted(visible(domain)), cause: t.unlistedCause(people), action: allow }
      : {
          ...shared,
          kind: "alike",
          title: t.alike(visible(domain), visible(like)),
          cause: t.alikeCause(people),
          action: { text: t.denyDomain, path: domainPath(domain) },
        };
  });
}

async function groups(visit: Visit): Promise<readonly InboxItem[]> {
  const { briefs, more } = await briefsIn(visit, "pending");
  const byDomain = [...grouped(briefs, ({ email }) => partsOf(email).domain)].sort(([, one], [, other]) => other.length - one.length);
  const item = (some: readonly RequestBrief[], subject: string, title: string, path: string): InboxItem => {
    const asked = over(
      visit,
      some.map(({ requestedAt }) => requestedAt),
    );
    const due = some.map(({ answerBy }) => answerBy).sort()[0] ?? "";
    const count = atLeast(visit, some.length, more);
    const cause = t.groupCause(ageText(visit.say(approvalWords), asked.since, visit.now), shortDay(visit, due));
    return { ...asked, subject, kind: "group", title, cause, count, action: { text: t.review(count), path } };
  };
  const shown = byDomain.slice(0, SHOWN_GROUPS).map(([domain, some]) => {
    const [first] = some;
    if (first !== undefined && some.length === 1)
      return item(some, requestSubject(first.id), t.groupOne(visible(first.email)), requestPath(first.id));
    const title = t.group(number(visit, some.length), visible(domain));
    return item(some, `group/${domain}`, title, `/approvals?${new URLSearchParams({ domain, select: "all" })}`);
  });
  const others = byDomain.slice(SHOWN_GROUPS).flatMap(([, some]) => some);
  if (others.length === 0) return shown;
  return [...shown, item(others, "group/others", t.groupOthers(atLeast(visit, others.length, more)), "/approvals?state=pending")];
}

async function proposals(visit: Visit): Promise<readonly InboxItem[]> {
  const page = await visit.world.changes.proposals.page();
  const open = page.proposals.filter((each) => proposalState(each, visit.now) === "open");
  return open.map(({ id, at, by, name, entry, added, changed, removed }) => {
    const count = number(visit, added + changed + removed);
    return {
      subject: `proposal/${id}`,
      kind: "proposal",
      title: t.proposal(visible(name), entry === undefined ? t.proposalOf(count) : shortened(entry, 60)),
      cause: by === visit.session.subject ? t.proposalOwn : t.proposalCause,
      count,
      since: at,
      action: { text: t.review("1"), path: proposalPath(id) },
      all: PROPOSALS_PATH,
    };
  });
}

async function failedAccounts(visit: Visit): Promise<readonly InboxItem[]> {
  const { briefs, more } = await briefsIn(visit, "failed");
  if (briefs.length === 0) return [];
  const count = atLeast(visit, briefs.length, more);
  const action = { text: t.tryAgain, path: "/approvals?state=failed" };
  const times = over(
    visit,
    briefs.map(({ changedAt }) => changedAt),
  );
  return [{ ...times, subject: "failed/accounts", kind: "failed", title: t.failed(count), cause: t.failedCause, count, action }];
}

async function outsideEdits(visit: Visit): Promise<readonly InboxItem[]> {
  const { actions } = auditTexts;
  const { entries } = await visit.world.audit.page({ operator: OUTSIDE });
  const from = new Date(visit.now.getTime() - OUTSIDE_DAYS * MS_PER_DAY).toISOString();
  const recent = entries.filter(({ at, via }) => via === OUTSIDE && at >= from);
  const all = `/audit?operator=${OUTSIDE}`;
  const item = (some: typeof recent, subject: string, entry?: string): InboxItem => {
    const count = number(
      visit,
      some.reduce((sum, each) => sum + (each.count ?? 1), 0),
    );
    const times = some.map(({ at }) => at).sort();
    const kinds = [...new Set(some.map(({ action }) => textNamed(actions, action) ?? visible(action)))].join(", ");
    const isEntry = some.every(({ action }) => action.startsWith("access-list."));
    return {
      subject,
      kind: "outside",
      title: entry === undefined ? t.outsideMany(count) : t.outside(shortened(entry, 60)),
      cause: t.outsideCause(kinds),
      count,
      since: times[0] ?? "",
      newest: times.at(-1) ?? "",
      action: { text: t.look, path: entry !== undefined && isEntry ? entryPath(entry) : all },
      all,
    };
  };
  if (recent.length > SINGLE_EDITS) return [item(recent, "outside/edits")];
  return recent.map((each) => item([each], `outside/${each.number}`, each.count === undefined ? each.subject : undefined));
}

async function problems(visit: Visit): Promise<readonly InboxItem[]> {
  // The order of problems holds all rows that may have one.
  const { rows, next } = await visit.world.accessList.inOrder("problem", { perShard: COUNTED_PER_SHARD });
  const flagged = await Promise.all(rows.map(async ({ item }) => (await accessListTable.problems(visit, toRow(item))).words.length > 0));
  const found = flagged.filter(Boolean).length;
  if (found === 0) return [];
  const count = atLeast(visit, found, next !== undefined);
  const action = { text: t.correct, path: "/access-list?problem=1" };
  return [{ subject: "list/problems", kind: "problems", title: t.problems(count), cause: t.problemsCause, count, action }];
}

async function expiring(visit: Visit): Promise<readonly InboxItem[]> {
  const to = new Date(visit.now.getTime() + ENDING_DAYS * MS_PER_DAY);
  const { rows, next } = await visit.world.accessList.inOrder("end", { from: visit.now, to, perShard: COUNTED_PER_SHARD });
  const [first] = rows;
  if (first === undefined) return [];
  const count = atLeast(visit, rows.length, next !== undefined);
  const entry = shortened(first.item.entry?.S ?? "", 60);
  const ends = new Date(first.place.split(" ")[0] ?? "");
  const end = (style: Intl.DateTimeFormatOptions) =>
    ends.toLocaleDateString(dateLocale(visit.language), { weekday: "short", ...style, timeZone: visit.zone });
  const isKnown = !Number.isNaN(ends.getTime());
  return [
    {
      subject: "list/expiring",
      kind: "expiring",
      title: t.expiring(count),
      cause: isKnown ? t.expiringCause(entry, end({ day: "numeric", month: "short" })) : entry,
      count,
      ...(isKnown && { due: end({}) }),
      action: { text: t.renew, path: `/access-list?ends=${ENDING_DAYS}`, role: "Administrator" },
    },
  ];
}

async function briefsIn({ world, now }: Visit, state: ApprovalState): Promise<{ briefs: readonly RequestBrief[]; more: boolean }> {
  const briefs: RequestBrief[] = [];
  let pages = 0;
  for await (const page of world.approvals.briefsByState(state)) {
    briefs.push(...page.filter((brief) => stateAt(brief, now) === state));
    pages += 1;
    if (pages >= COUNTED_PAGES) break;
  }
  return { briefs, more: pages >= COUNTED_PAGES };
}

/** When it began, when it was seen last, and how many there were in each hour of the last day. */
function over({ now }: Visit, times: readonly string[]): { since: string; newest: string; trend: NonNullable<InboxItem["trend"]> } {
  const values = Array.from({ length: TREND_HOURS }, () => 0);
  for (const at of times) {
    const place = TREND_HOURS - 1 - Math.floor((now.getTime() - Date.parse(at)) / MS_PER_HOUR);
    if (values[place] !== undefined) values[place] += 1;
  }
  const sorted = [...times].sort();
  return { since: sorted[0] ?? "", newest: sorted.at(-1) ?? "", trend: { by: "hour", values } };
}

function number({ language }: Visit, count: number): string {
  return count.toLocaleString(language);
}

/** @param more whether some were not counted any more */
function atLeast(visit: Visit, count: number, more: boolean): string {
  return more ? `${number(visit, count)}+` : number(visit, count);
}
