import type { InboxItem, InboxKind } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { DOMAIN_DAYS, domainPath, domainSubject, UnlikeDomain } from "../../../console/parts/links";
import { countText, visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { FlipCounts } from "../../access-list/pages/consequences";
import type { CountedDays, DomainFigures } from "../../counts/domain-counts";
import { formatCountReach } from "../../counts/pages/count-tables";
import { readCountReach } from "../../counts/pages/counted-hours";
import { decisionsPath } from "../../decisions/pages/decision-search";
import { isMailProvider } from "../../free-mail/free-mail";
import { buildLevelKeys, flipsAtAGlance, readNewestDecisions } from "./domain-facts";
import { domainPageTexts } from "./domain-texts";

const kinds = {
  alike: { icon: "lookAlike", tone: "bad", group: "now", trend: "block", rank: 3, name: { en: "Look-alike domain", ko: "비슷한 도메인" } },
  unlisted: {
    icon: "accountFailed",
    tone: "warn",
    group: "today",
    trend: "block",
    rank: 0,
    name: { en: "May be refused by mistake", ko: "잘못 거부했을 수 있음" },
  },
  uncompared: { icon: "lookAlike", tone: "warn", group: "today", rank: 4, name: { en: "Not compared", ko: "비교하지 않음" } },
} as const satisfies Readonly<Record<string, InboxKind>>;

const t = pageTexts({
  alike: [(domain: string, like: string) => `${domain} looks like ${like}`, (domain, like) => `${domain}: ${like} 도메인과 비슷합니다`],
  alikeCause: [
    (people: string) => `${people} people refused in ${DOMAIN_DAYS} days, none let in lately`,
    (people) => `${DOMAIN_DAYS}일 동안 ${people}명 거부, 최근 허용된 사람 없음`,
  ],
  deny: ["Deny domain…", "도메인 거부…"],
  unlisted: [(domain: string) => `${domain} may be refused by mistake`, (domain) => `${domain}: 잘못 거부했을 수 있습니다`],
  unlistedCause: [
    (people: string) => `Not on the access list; ${people} people refused in ${DOMAIN_DAYS} days`,
    (people) => `목록에 없음, ${DOMAIN_DAYS}일 동안 ${people}명 거부`,
  ],
  allowUntil: ["Allow until…", "기한을 정해 허용…"],
  uncompared: ["More domains were refused than are compared", "비교하는 것보다 많은 도메인이 거부되었습니다"],
  uncomparedCause: [
    "Each day, only the 100 domains with the most people refused are compared with those that are let in. Others may be look-alikes, or refused by mistake.",
    "하루에 거부된 사람이 가장 많은 도메인 100개만 허용된 도메인과 비교합니다. 나머지는 비슷한 도메인이거나 잘못 거부되었을 수 있습니다.",
  ],
  looked: ["Looked through them", "확인함"],
  whoWasRefused: ["Who was refused?", "거부된 사람"],
});

export async function suspectDomains(visit: Visit): Promise<readonly InboxItem[]> {
  const { domainCounts, alike } = visit.world;
  const since = new Date(visit.now.getTime() - MS_PER_DAY);
  const [top, mostOfOthers] = await Promise.all([domainCounts.topDomains(since), domainCounts.mostOfOthers(since)]);
  const suspects = await omitListed(visit, await suspectsIn(top, alike.lookAlikesOf));
  const days = await domainCounts.domainDays(
    suspects.map(({ domain }) => domain),
    DOMAIN_DAYS,
  );
  const reach = suspects.length === 0 ? undefined : await readCountReach(visit);
  const explain = (cause: string) => (reach?.isBehind ? `${cause}. ${formatCountReach(visit, reach)}` : cause);
  const items = suspects.map(({ domain, like }): InboxItem => {
    // Counts the same days as the domain's page, so that the figures agree.
    const countedDays = days.get(domain) as CountedDays;
    const { refused, first, last } = countedDays.all;
    const people = countText(visit, refused);
    const sharedFields = {
      subject: domainSubject(domain),
      count: people,
      people: refused,
      trend: { by: "day", values: countedDays.days.map(({ answers }) => answers.block) },
      since: first,
      newest: last,
      times: countedDays.days,
      all: domainPath(domain),
    } as const;
    // The button leads to the domain's page, because that page has the figures and the dry run.
    const act = { path: `${sharedFields.all}#act`, role: "Administrator" } as const;
    const more = () => buildPanelDetails(visit, domain, like === undefined ? "allow" : "deny", countedDays);
    if (like === undefined) {
      const [title, cause] = [t.unlisted(visible(domain)), explain(t.unlistedCause(people))];
      return { ...sharedFields, kind: kinds.unlisted, title, cause, action: { text: t.allowUntil, ...act }, more };
    }
    const [title, cause] = [t.alike(visible(domain), visible(like)), explain(t.alikeCause(people))];
    return { ...sharedFields, kind: kinds.alike, title, cause, action: { text: t.deny, ...act }, more };
  });
  return mostOfOthers === 0 ? items : [...items, uncomparedItem(visit, since)];
}

function uncomparedItem(visit: Visit, since: Date): InboxItem {
  const path = decisionsPath({ from: since, to: visit.now }, { verdict: "block" });
  // An item that was marked as done comes back the next day, with other domains.
  const times = { since: since.toISOString(), newest: `${visit.now.toISOString().slice(0, 10)}T00:00:00.000Z` };
  return {
    subject: "domains/uncompared",
    kind: kinds.uncompared,
    title: t.uncompared,
    cause: t.uncomparedCause,
    ...times,
    action: { text: t.whoWasRefused, path },
    finish: t.looked,
  };
}

async function omitListed({ world, now }: Visit, suspects: readonly Suspect[]): Promise<readonly Suspect[]> {
  const keys = new Map(suspects.map(({ domain }) => [domain, buildLevelKeys(domain, "domain", "wildcard")]));
  const effectsByKey = await world.accessList.effects([...keys.values()].flat(), now);
  return suspects.filter(({ domain }) => !keys.get(domain)?.some((key) => effectsByKey.has(key)));
}

const NEWEST = 3;

async function buildPanelDetails(visit: Visit, domain: string, effect: "allow" | "deny", countedDays: CountedDays) {
  const newestDecisions = await readNewestDecisions(visit, domain, countedDays);
  const flips = await flipsAtAGlance(visit, { entry: domain, effect }, newestDecisions, countedDays);
  const newest = newestDecisions.decisions.filter(({ verdict }) => verdict === "block").slice(0, NEWEST);
  const [alike] = effect === "deny" ? ((await visit.world.alike.lookAlikesOf([domain])).get(domain) ?? []) : [];
  const about = (
    <section>
      {alike === undefined ? null : <UnlikeDomain {...alike} />}
      <h2>{effect === "deny" ? domainPageTexts.ifDenied : domainPageTexts.ifAllowed}</h2>
      <FlipCounts visit={visit} flips={flips} edited={domain} />
    </section>
  );
  return { newest, about };
}

interface Suspect extends DomainFigures {
  readonly domain: string;
  /**
   * The known domain that this one looks like. If absent, the domain has no entry, and several of its people were refused. Such a domain
   * may be a new partner's.
   */
  readonly like?: string;
}

/** Least number of refused people that makes an unlisted domain suspect. Fewer may be a coincidence. */
const SEVERAL = 3;
/** The reason for which people without an entry are refused. */
const UNLISTED = "access-list.unlisted";

/** @param countedDomains the domains with the most refused people */
export async function suspectsIn(
  countedDomains: readonly (DomainFigures & { readonly domain: string })[],
  lookAlikesOf: (domains: readonly string[]) => Promise<ReadonlyMap<string, readonly { readonly like: string }[]>>,
): Promise<readonly Suspect[]> {
  const refusedDomains = countedDomains.filter(
    ({ domain, refused, answers }) => refused > 0 && answers.continue === 0 && !isMailProvider(domain),
  );
  const looks = await lookAlikesOf(refusedDomains.map(({ domain }) => domain));
  const alike = refusedDomains.flatMap((each) => (looks.get(each.domain) ?? []).slice(0, 1).map(({ like }) => ({ ...each, like })));
  const unlistedDomains = refusedDomains.filter(
    ({ domain, refused, reasons }) => refused >= SEVERAL && !looks.has(domain) && reasons.some(({ reason }) => reason === UNLISTED),
  );
  return [...alike, ...unlistedDomains];
}
