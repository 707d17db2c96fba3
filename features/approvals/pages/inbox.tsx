import type { InboxItem, InboxKind } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { UnlikeDomain } from "../../../console/parts/links";
import { atLeast, countText, visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { groupBy } from "../../../engine/collections";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { requestSubject } from "../../../engine/tasks/task";
import type { LookAlike } from "../../look-alikes/look-alike";
import { getRequestDomain } from "../filters";
import type { RequestBrief } from "../in-state";
import { askedByName } from "../stages";
import { readDeadline } from "../state-at";
import { requestPath, shortDay } from "./approvals-parts";
import { denyDomainPath, denyDomainText, isDomainDenied } from "./deny-domain";
import { queuePath, readBriefs, readTurn } from "./queue-asked";
import { askedText } from "./stages";

const COUNTED = { pages: 2 } as const;
/** This many domains get a group of their own, and so does each look-alike domain. All other domains share one group. */
const SHOWN_GROUPS = 5;
/** Limit of compared domains: about thirty keys each. The item of the others says how many were not compared. */
const COMPARED = 100;
const NAMED = 5;
/** This many requests from one domain within an hour are no coincidence. */
const BURST = 20;
const [TREND_HOURS, TREND_DAYS] = [24, 14];
const waiting = { group: "today", trend: "waiting", rank: 1 } as const;
const kinds = {
  group: { ...waiting, icon: "people", tone: "asked", name: { en: "Waiting for approval", ko: "승인 대기" } },
  burst: { ...waiting, icon: "people", tone: "bad", group: "now", name: { en: "Burst of requests", ko: "승인 요청 급증" } },
  due: { ...waiting, icon: "people", tone: "warn", group: "now", rank: 3, name: { en: "Due within a day", ko: "하루 안에 마감" } },
  alike: { ...waiting, icon: "lookAlike", tone: "warn", group: "now", rank: 2, name: { en: "Look-alike domain", ko: "비슷한 도메인" } },
  failed: { icon: "account", tone: "warn", group: "today", rank: 3, name: { en: "Account failed", ko: "계정 생성 실패" } },
} as const satisfies Readonly<Record<string, InboxKind>>;

const t = pageTexts({
  group: [
    (people: string, domain: string) => `${people} people from ${domain} wait for approval`,
    (people, domain) => `${domain} ${people}명이 승인을 기다립니다`,
  ],
  burst: [
    (people: string, domain: string) => `A burst of requests: ${people} people from ${domain}`,
    (people, domain) => `승인 요청 급증: ${domain} ${people}명`,
  ],
  groupOne: [(email: string) => `${email} waits for approval`, (email) => `${email} 님이 승인을 기다립니다`],
  groupOthers: [(people: string) => `${people} people wait for approval`, (people) => `${people}명이 승인을 기다립니다`],
  from: [(domains: string) => `From ${domains}`, (domains) => domains],
  notCompared: [
    (domains: string) => `Domains not compared with those that are let in: ${domains}`,
    (domains) => `도메인 ${domains}개는 허용된 도메인과 비교하지 않았습니다`,
  ],
  asked: [(names: string) => `Asked: ${names}`, (names) => `결정할 사람: ${names}`],
  alike: [(like: string) => `Looks like ${like}`, (like) => `${like} 도메인과 비슷합니다`],
  due: [(day: string) => `Answer by ${day}`, (day) => `답변 기한 ${day}`],
  review: ["Review", "검토"],
  failed: ["People approved, but without an account", "승인되었지만 계정이 없는 사람"],
  failedCause: ["The account could not be created", "계정을 만들지 못했습니다"],
  tryNow: ["Try now", "지금 시도"],
});

export async function waitingPeople(visit: Visit): Promise<readonly InboxItem[]> {
  return (await Promise.all([groups(visit), failedAccounts(visit)])).flat();
}

/** Approvers see only requests that they can decide on. Each postponed request becomes a separate item. */
async function groups(visit: Visit): Promise<readonly InboxItem[]> {
  const { briefs: all, whole } = await readBriefs(visit, "pending", COUNTED);
  const { due, postponed } = await readTurn(visit, all);
  const byDomain = [...groupBy(due, getRequestDomain)].sort(([, one], [, other]) => other.length - one.length);
  const alike = await visit.world.alike.lookAlikesOf(byDomain.slice(0, COMPARED).map(([domain]) => domain));
  const isAlone = ([domain]: readonly [string, unknown], index: number) =>
    index < SHOWN_GROUPS || byDomain.length === SHOWN_GROUPS + 1 || alike.has(domain);
  const item = (some: readonly RequestBrief[], namedGroup: NamedGroup) =>
    groupItem(visit, some, namedGroup, atLeast(visit, some.length, !whole));
  const one = (brief: RequestBrief, like?: LookAlike) =>
    item([brief], { subject: requestSubject(brief.id), title: t.groupOne(visible(brief.email)), path: requestPath(brief.id), like });
  const deniableDomains = await findDeniableBursts(visit, byDomain.filter(isAlone));
  const ofDomains = byDomain.filter(isAlone).map(([domain, some]) => {
    const [first] = some;
    const [like] = alike.get(domain) ?? [];
    if (first !== undefined && some.length === 1) return one(first, like);
    const isBurst = hasBurst(some);
    const title = (isBurst ? t.burst : t.group)(countText(visit, some.length), visible(domain));
    // After a burst or with a look-alike domain, the link selects no requests in advance.
    const path = queuePath({ view: "all", domain, answer: "mine" }, isBurst || like !== undefined ? {} : { select: "all" });
    const denial = { text: denyDomainText(visit, domain, some.length), path: denyDomainPath(domain), role: "Administrator" } as const;
    const isDeniable = deniableDomains.has(domain);
    return { ...item(some, { subject: `group/${domain}`, title, path, like, isBurst }), ...(isDeniable && { action: denial, all: path }) };
  });
  const items = [...ofDomains, ...postponed.map((brief) => one(brief))];
  const rest = byDomain.filter((each, index) => !isAlone(each, index));
  if (rest.length === 0) return items;
  const others = rest.flatMap(([, some]) => some);
  const domains = [...rest.slice(0, NAMED).map(([domain]) => visible(domain)), ...(rest.length > NAMED ? ["…"] : [])];
  const title = t.groupOthers(atLeast(visit, others.length, !whole));
  const uncompared = Math.max(byDomain.length - COMPARED, 0);
  const from = [t.from(domains.join(", ")), ...(uncompared === 0 ? [] : [t.notCompared(countText(visit, uncompared))])].join(". ");
  const except = byDomain.filter(isAlone).map(([domain]) => domain);
  const path = queuePath({ view: "all", except: except.join(","), answer: "mine" });
  return [...items, item(others, { subject: "group/others", title, path, from })];
}

async function findDeniableBursts(
  visit: Visit,
  byDomain: readonly (readonly [string, readonly RequestBrief[]])[],
): Promise<ReadonlySet<string>> {
  if (!visit.may("Administrator")) return new Set();
  const bursts = byDomain.filter(([, some]) => some.length > 1 && hasBurst(some)).map(([domain]) => domain);
  const denied = await Promise.all(bursts.map((domain) => isDomainDenied(visit, domain)));
  return new Set(bursts.filter((_, index) => !denied[index]));
}

function hasBurst(some: readonly RequestBrief[]): boolean {
  const times = some.map(({ requestedAt }) => Date.parse(requestedAt)).sort((one, other) => one - other);
  return times.some((time, index) => index >= BURST - 1 && time - (times[index - BURST + 1] ?? 0) <= MS_PER_HOUR);
}

interface NamedGroup extends Pick<InboxItem, "subject" | "title"> {
  readonly path: string;
  readonly like?: LookAlike | undefined;
  readonly isBurst?: boolean;
  /** "From contoso.com, fabrikam.com" */
  readonly from?: string;
}

function groupItem(
  visit: Visit,
  some: readonly RequestBrief[],
  { like, from, path, isBurst = false, ...named }: NamedGroup,
  count: string,
): InboxItem {
  const [names, ...otherNames] = new Set(some.map((brief) => askedText(visit, askedByName(brief, visit.now))));
  const [first] = some.flatMap((brief) => readDeadline(brief, visit.now) ?? []).sort();
  const isDue = first !== undefined && Date.parse(first) - visit.now.getTime() < MS_PER_DAY;
  const causes = [
    from,
    like && t.alike(visible(like.like)),
    names && otherNames.length === 0 && t.asked(names),
    first && t.due(shortDay(visit, first)),
  ];
  const latest = some.toSorted((one, other) => (one.requestedAt < other.requestedAt ? 1 : -1)).slice(0, NAMED);
  const newest = latest.map(({ id, requestedAt, email }) => ({ path: requestPath(id), at: requestedAt, email }));
  const about = like && (
    <section>
      <UnlikeDomain {...like} />
    </section>
  );
  return {
    ...named,
    ...over(visit, some, "requestedAt"),
    kind: isBurst ? kinds.burst : like !== undefined ? kinds.alike : isDue ? kinds.due : kinds.group,
    cause: causes.filter(Boolean).join(". "),
    count,
    people: some.length,
    action: { text: t.review, path },
    more: async () => ({ newest, about }),
  };
}

async function failedAccounts(visit: Visit): Promise<readonly InboxItem[]> {
  const { briefs, whole } = await readBriefs(visit, "failed", COUNTED);
  if (briefs.length === 0) return [];
  const count = atLeast(visit, briefs.length, !whole);
  const action = { text: t.tryNow, path: "/approvals?view=failed", role: "Approver" } as const;
  const item = { subject: "failed/accounts", kind: kinds.failed, title: t.failed, cause: t.failedCause };
  return [{ ...over(visit, briefs, "changedAt"), ...item, count, people: briefs.length, action, isFailing: true }];
}

function over({ now }: Visit, briefs: readonly RequestBrief[], time: "requestedAt" | "changedAt") {
  const times = briefs.map((brief) => brief[time]).sort();
  const ages = times.map((at) => now.getTime() - Date.parse(at));
  const isOfDay = (ages[0] ?? 0) < TREND_HOURS * MS_PER_HOUR;
  const [unit, count] = isOfDay ? [MS_PER_HOUR, TREND_HOURS] : [MS_PER_DAY, TREND_DAYS];
  const values = Array.from({ length: count }, (_, place) => ages.filter((age) => Math.floor(age / unit) === count - 1 - place).length);
  const trend = { by: isOfDay ? ("hour" as const) : ("day" as const), values };
  return { since: times[0] ?? "", newest: times.at(-1) ?? "", times: times.map((at) => ({ first: at, last: at })), trend };
}
