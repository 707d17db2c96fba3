import type { ConsoleFeature, SearchHit, SearchSource, Visit } from "../../../console/app/visit";
import { domainPath } from "../../../console/parts/links";
import { visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { normaliseDomain, splitAddress } from "../../../engine/sign-up/email";
import { outcomeSum } from "../../../engine/sign-up/recording";
import { describeEffect, effectNow } from "../../access-list/pages/search-hits";
import type { CountedDays } from "../../counts/domain-counts";
import { decisionsTexts } from "../../decisions/pages/decisions-texts";
import { DAYS_LATELY, seenLately } from "../../person/pages/search-hits";
import { routes } from "./domain";
import { suspectDomains } from "./inbox";

const MOST = 5;

const domainsFound: SearchSource = {
  async group(visit, { words, ofPeople }) {
    if (ofPeople) return undefined;
    const { domains } = await seenLately(visit);
    const whole = normaliseDomain(words);
    const begin = words.toLowerCase();
    const knownDomains = domains.filter((each) => each.startsWith(begin) && each !== whole).slice(0, MOST);
    const seenDomains = whole !== undefined && (domains.includes(whole) || (await hasPeople(visit, whole))) ? [whole] : [];
    const all = [...seenDomains, ...knownDomains];
    const countsByDomain = await visit.world.domainCounts.domainDays(all, DAYS_LATELY);
    const hits = await Promise.all(all.map((domain) => findDomain(visit, domain, countsByDomain.get(domain))));
    return { name: t.domains, rank: 0, found: hits };
  },
};

async function findDomain({ world, language, now }: Visit, domain: string, countedDays: CountedDays | undefined): Promise<SearchHit> {
  // Shows the number of sign-ups, because only this number is exact. The number of people is an estimate.
  const signUps = countedDays === undefined ? 0 : outcomeSum(countedDays.all.answers);
  const came = signUps === 0 ? "" : `, ${t.signUps(signUps.toLocaleString(language), DAYS_LATELY)}`;
  const [item, alike] = await Promise.all([world.accessList.get(domain), world.alike.lookAlikesOf([domain])]);
  const searchHit = { path: domainPath(domain), name: domain };
  const [other] = alike.get(domain) ?? [];
  if (other !== undefined)
    return { ...searchHit, note: `${decisionsTexts.looksLike(visible(other.like))}${came}`, icon: "lookAlike", tone: "bad" };
  const { note = t.notListed, tone = "warn" } = describeEffect(effectNow(item, now)) ?? {};
  return { ...searchHit, note: `${note}${came}`, icon: "domain", tone };
}

async function hasPeople({ world, now }: Visit, domain: string): Promise<boolean> {
  const { items, next } = await world.decisions.page({ from: new Date(0), to: now, having: { domain } });
  // If the domain has too many decisions to sort, the first page may be empty although `next` is set.
  return next !== undefined || items.some(({ email }) => email !== undefined && splitAddress(email).domain === domain);
}

const t = pageTexts({
  domains: ["Domains", "도메인"],
  notListed: ["not on the access list", "목록에 없음"],
  signUps: [
    (count: string, days: number) => `${count} sign-up${count === "1" ? "" : "s"} in ${days} days`,
    (count, days) => `${days}일간 가입 ${count}건`,
  ],
});

export const pages = { order: 70, routes, inbox: suspectDomains, search: domainsFound } satisfies ConsoleFeature;
