import { BURST_SUBJECT, type InboxItem, type InboxKind } from "../../../console/app/inbox-item";
import type { SearchHit } from "../../../console/app/search-hit";
import type { DomainPart, Visit } from "../../../console/app/visit";
import { domainPath } from "../../../console/parts/domain-link";
import { ButtonLink } from "../../../console/parts/forms";
import { countText, shortened, visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { isMailProvider } from "../../../engine/free-mail";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { isUnusual } from "../../counts/unusual";
import type { Incident } from "../incident";
import { LATELY_DAYS, shutOutPath } from "./shut-out";

const kind: InboxKind = {
  ...{ icon: "people", tone: "bad", group: "now", trend: "continue", rank: 2 },
  name: { en: "Many let in", ko: "많이 허용됨" },
};
/** Decisions are counted by whole days, UTC: the last ones may be a burst, the others are what is usual. */
const TREND_DAYS = 14;

/** Domains of which far more people were let in than on any day of two weeks: over, once an incident has shut them out. @param newest incidents */
export async function letInBursts(visit: Visit, newest: Promise<readonly Incident[]>): Promise<readonly InboxItem[]> {
  const { domainCounts, counts } = visit.world;
  const since = new Date(visit.now.getTime() - (LATELY_DAYS - 1) * MS_PER_DAY);
  const [top, began, known] = await Promise.all([domainCounts.topDomains(since, "letIn"), counts.since(), newest]);
  const many = top.filter(({ domain, answers }) => isUnusual(answers.continue, 0) && !isMailProvider(domain));
  const days = await domainCounts.domainDays(
    many.map(({ domain }) => domain),
    TREND_DAYS,
  );
  return many.flatMap(({ domain, answers, first = "", last = "" }) => {
    const trend = days.get(domain)?.days.map((day) => day.answers.continue) ?? [];
    const usual = Math.max(0, ...trend.slice(0, -LATELY_DAYS));
    // Before counting began, everybody is new.
    const isKnown = began !== undefined && Date.parse(began) + MS_PER_DAY <= Date.parse(first);
    const isOver = known.some(
      ({ selection, at, actedAt, wish }) => selection.domain === domain && at >= last && (actedAt ?? wish) !== undefined,
    );
    if (!isKnown || !isUnusual(answers.continue, usual)) return [];
    const people = countText(visit, answers.continue);
    return [
      {
        subject: `${BURST_SUBJECT}${domain}`,
        kind,
        title: t.title(visible(domain), people),
        cause: usual === 0 ? t.isNew : t.usual(countText(visit, usual)),
        count: people,
        trend: { by: "day", values: trend },
        since: first,
        newest: last,
        action: { text: t.shutOut, path: shutOutPath(domain, first), role: "Administrator" },
        all: domainPath(domain),
        finish: t.noAttack,
        isOver,
      } satisfies InboxItem,
    ];
  });
}

async function letInLately({ world }: Visit, domain: string): Promise<number> {
  return (await world.domainCounts.domainDays([domain], LATELY_DAYS)).get(domain)?.all.answers.continue ?? 0;
}

/** On a domain's page: the way to shut out whom it sent lately. */
export async function shutOutOfDomain(visit: Visit, domain: string): Promise<DomainPart> {
  const count = visit.may("Administrator") ? await letInLately(visit, domain) : 0;
  if (count === 0) return {};
  return { act: <ButtonLink path={shutOutPath(domain)} text={t.ofDomain(countText(visit, count))} class="button danger" /> };
}

/** The same for the search. */
export async function shutOutFound(visit: Visit, domain: string): Promise<readonly SearchHit[]> {
  const count = visit.may("Administrator") ? await letInLately(visit, domain) : 0;
  if (count === 0) return [];
  const name = t.found(shortened(domain, 80), countText(visit, count));
  return [{ path: shutOutPath(domain), name, note: t.dryRun, icon: "deny", tone: "bad" }];
}

const t = pageTexts({
  title: [(domain: string, people: string) => `${domain}: ${people} people let in`, (domain, people) => `${domain}: ${people}명 허용됨`],
  isNew: ["A new domain: nobody of it was let in before", "새 도메인: 이전에 허용된 사람 없음"],
  usual: [(most: string) => `Never more than ${most} a day before`, (most) => `이전에는 하루 최대 ${most}명`],
  shutOut: ["Deny and shut out…", "거부하고 차단…"],
  noAttack: ["It's no attack", "공격이 아님"],
  ofDomain: [(people: string) => `Deny and shut out ${people}…`, (people) => `거부하고 ${people}명 차단…`],
  found: [
    (domain: string, people: string) => `Deny ${domain} and shut out ${people}…`,
    (domain, people) => `${domain} 거부, ${people}명 차단…`,
  ],
  dryRun: ["let in lately; with a dry run first", "최근 허용된 사람. 먼저 영향을 확인합니다"],
});
