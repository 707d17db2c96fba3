import { type DecisionPlace, pickPlace } from "../../../adapters/tables/decision-indexes";
import { toRow } from "../../../adapters/tables/item";
import { readFirstPage } from "../../../adapters/tables/search";
import type { Visit } from "../../../console/app/visit";
import { AT_ONCE } from "../../../console/editor/row-parts";
import { DOMAIN_DAYS, domainSubject, readShutOuts } from "../../../console/parts/links";
import { PAGE_ROWS } from "../../../console/parts/paging";
import { formatUtcDay } from "../../../console/parts/time";
import { groupBy, mapInBatches } from "../../../engine/collections";
import { splitAddress } from "../../../engine/sign-up/email";
import { outcomeSum, toOutcomeKind } from "../../../engine/sign-up/recording";
import { recordId } from "../../../engine/sign-up/records";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { classNames } from "../../access-list/entry";
import { FLIP_DAYS } from "../../access-list/flips";
import { candidates, type Level } from "../../access-list/match";
import { notedLooks, ownDomains, unaskedAllows } from "../../access-list/pages/tally";
import { isLive, readRow } from "../../access-list/row";
import { readLastEdit } from "../../access-list/store/list-indexes";
import { type CountedDays, countedDomain } from "../../counts/domain-counts";
import { toReach } from "../../counts/pages/counted-hours";
import { countedOfDomain, hasMany } from "../../decisions/pages/decision-search";
import type { ListedDecision } from "../../decisions/store/decisions";
import { lookingSteps } from "../../decisions/views";
import { buildShape, findLikeness, type LookAlike } from "../../look-alikes/look-alike";
import { mailFactsKey, readMailFacts } from "../../mail-facts/rule";
import { type NewestOfDomain, wouldFlip } from "../../preview/store/flips";

/** Maximum number of reads (`lookingSteps`) that look for a domain's decisions. */
const MOST_STEPS = 3;

export type DomainFacts = Awaited<ReturnType<typeof domainFacts>>;

export async function domainFacts(visit: Visit, domain: string) {
  const { world, now } = visit;
  // The first of the days that are counted.
  const since = new Date(`${formatUtcDay(new Date(now.getTime() - (DOMAIN_DAYS - 1) * MS_PER_DAY))}T00:00:00.000Z`);
  const counting = countedOfDomain(visit, domain) as Promise<CountedDays>;
  const mailKey = mailFactsKey(domain);
  const [counted, mailRows, newest, entries, unasked, looks, { isKnown, similar }, impostors, parts, task, began] = await Promise.all([
    counting,
    world.rows.read([mailKey]),
    counting.then((counted) => readNewestDecisions(visit, domain, counted)),
    readDomainEntries(visit, domain),
    unaskedAllows(visit),
    notedLooks(visit),
    world.alike.similarTo(domain),
    refusedLikenesses(visit, domain, since),
    Promise.all(visit.features.map(async (feature) => (await feature.besideDomain?.(visit, domain)) ?? [])),
    world.tasks.get(domainSubject(domain)),
    world.counts.since(),
  ]);
  const deciding = entries.find((entry) => entry.isLive);
  const looksLike = (unasked.get(deciding?.key ?? "") ?? (isKnown ? undefined : similar[0]))?.like;
  const imitatedDomain = looksLike ?? looks.get(deciding?.key ?? "")?.like ?? findLikelyDomain(visit, domain, counted.all.people, similar);
  const people = groupPeople(newest, since.toISOString());
  const emails = people.people.map(({ email }) => email);
  const [outs, requests] = await Promise.all([readShutOuts(visit, emails), readRequests(visit, people.people)]);
  return {
    domain,
    since,
    counted,
    began: new Date(began ?? 0),
    reach: toReach(findUncounted(newest, counted.all.last), now),
    mail: readMailFacts(mailRows.get(recordId(mailKey))),
    newest,
    ...people,
    outs,
    requests,
    entries,
    deciding,
    /**
     * The known domain that this one imitates. Undefined if there is none, or if the list allows this domain. An allow that was added
     * without a warning (`unaskedAllows`) does not count.
     */
    looksLike,
    similar: similarDomains(domain, imitatedDomain, similar, impostors),
    parts: parts.flat(),
    task,
  };
}

/** The time of the oldest decision that is not counted. If that is not among those read, the moment after the last counted one. */
function findUncounted({ decisions, next }: NewestOfDomain, last = ""): string | undefined {
  const signUps = decisions.filter((each) => countedDomain(each) !== undefined);
  const oldest = signUps.findLast(({ at }) => at > last);
  const isCut = oldest !== undefined && oldest === signUps.at(-1) && next !== undefined && last !== "";
  return isCut ? new Date(Date.parse(last) + 1).toISOString() : oldest?.at;
}

/** The visitor's own domain if it is among the domain and the similar ones, otherwise the domain with the most people. */
function findLikelyDomain(visit: Visit, domain: string, people: number, similar: readonly LookAlike[]): string {
  const domains = ownDomains(visit);
  const all = [{ like: domain, people }, ...similar];
  return (all.find(({ like }) => domains.includes(like)) ?? all.reduce((most, each) => (each.people > most.people ? each : most))).like;
}

interface Similar {
  readonly domain: string;
  readonly shown: string;
  /** The places at which the domain differs from the imitated domain. */
  readonly marks: readonly number[];
  /** Number of people from the domain. Absent if all were refused. */
  readonly people?: number;
  readonly refused?: number;
}

/**
 * `others`: the domains that look like this one. `imitates`: present if this domain imitates another. In both, `marks` are the places that
 * differ.
 */
function similarDomains(domain: string, imitatedDomain: string, knownLookAlikes: readonly LookAlike[], refusedDomains: readonly Refused[]) {
  const [own, meant] = [buildShape(domain), buildShape(imitatedDomain)];
  const markSimilar = (name: string): Pick<Similar, "domain" | "shown" | "marks"> => {
    const shape = buildShape(name);
    // The imitated domain and its subdomains are genuine, so they get no marks.
    const isReal = shape?.registered === meant?.registered;
    const likeness = isReal ? undefined : shape && ((meant && findLikeness(shape, meant)) ?? (own && findLikeness(shape, own)));
    return { domain: name, shown: shape?.shown ?? name, marks: likeness?.marks ?? [] };
  };
  const isKnown = (name: string) =>
    [domain, imitatedDomain, ...knownLookAlikes.map(({ like }) => like)].map(findRegisteredDomain).includes(findRegisteredDomain(name));
  const others: readonly Similar[] = [
    ...knownLookAlikes.filter(({ like }) => like !== imitatedDomain).map(({ like, people }) => ({ ...markSimilar(like), people })),
    ...refusedDomains.filter((each) => !isKnown(each.domain)).map((each) => ({ ...markSimilar(each.domain), refused: each.refused })),
  ];
  const people = knownLookAlikes.find(({ like }) => like === imitatedDomain)?.people;
  const imitates = imitatedDomain === domain ? undefined : { ...markSimilar(domain), like: imitatedDomain, people };
  return { others, imitates };
}

type Refused = Required<Pick<Similar, "domain" | "refused">>;

async function refusedLikenesses({ world: { domainCounts } }: Visit, domain: string, since: Date): Promise<readonly Refused[]> {
  const shape = buildShape(domain);
  const names = (await domainCounts.namesOfTop(since)).filter((name) => {
    const other = buildShape(name);
    return shape && other && findLikeness(other, shape);
  });
  const countsByDomain = names.length === 0 ? undefined : await domainCounts.domainDays(names, DOMAIN_DAYS);
  return names.map((name) => ({ domain: name, refused: countsByDomain?.get(name)?.all.refused ?? 0 }));
}

function findRegisteredDomain(domain: string): string {
  return buildShape(domain)?.registered ?? domain;
}

/** If the domain's counts show at most MOST_JUDGED decisions, reads up to that many. Otherwise reads up to PAGE_ROWS. */
export async function readNewestDecisions(
  { world, now }: Visit,
  domain: string,
  counted: Pick<CountedDays, "all">,
): Promise<NewestOfDomain> {
  const from = new Date(now.getTime() - FLIP_DAYS * MS_PER_DAY);
  const having = { domain };
  const isOfMany = hasMany(counted.all);
  const rows = isOfFew(counted) ? MOST_JUDGED : PAGE_ROWS;
  const step = lookingSteps();
  const decisions: ListedDecision[] = [];
  let read = 0;
  let next: DecisionPlace | undefined;
  for (let count = 0; count < MOST_STEPS && decisions.length < rows && (count === 0 || next !== undefined); count++) {
    const page = await step((lookAt) => world.decisions.page({ from, to: now, having, isOfMany, lookAt, rows, isBrief: true }, next));
    decisions.push(...page.items.filter(({ email }) => email !== undefined && splitAddress(email).domain === domain));
    read += page.searched;
    ({ next } = page);
  }
  const some = decisions.slice(0, rows);
  const last = some.at(-1);
  return { read, decisions: some, next: last === undefined || some.length === decisions.length ? next : pickPlace(last) };
}

/** Each person's newest decision. `tries` is the number of the person's decisions from `since` on. */
function groupPeople({ decisions, next }: NewestOfDomain, since: string) {
  const recentDecisions = decisions.filter(({ at }) => at >= since);
  const people = [...groupBy(recentDecisions.slice(0, PAGE_ROWS), ({ email = "" }) => email)].flatMap(([email, [newest, ...others]]) =>
    newest === undefined ? [] : [{ ...newest, email, tries: others.length + 1 }],
  );
  const goesOnAt = next === undefined ? "" : "until" in next ? next.until : next.at;
  // Exact figures if each decision was read. Otherwise the counts estimate them.
  const exact = goesOnAt >= since ? undefined : countRead(recentDecisions);
  return { people, exact, isCut: recentDecisions.length > PAGE_ROWS || goesOnAt >= since };
}

function countRead(decisions: readonly ListedDecision[]) {
  const signUps = decisions.filter(({ step }) => step !== "before-sending-token");
  const isJudgedLater = signUps.some(({ step }) => step === "before-create-user");
  const countPeople = (some: readonly ListedDecision[]) => new Set(some.map(({ email }) => email)).size;
  return {
    people: countPeople(decisions),
    refused: countPeople(decisions.filter((decision) => toOutcomeKind(decision) === "block")),
    decisions: decisions.length,
    letIn: signUps.filter((each) => toOutcomeKind(each) === "continue" && !(isJudgedLater && each.step === "after-sign-in")).length,
    corrected: signUps.filter((decision) => toOutcomeKind(decision) === "invalid").length,
  };
}

async function readRequests({ world }: Visit, people: ReturnType<typeof groupPeople>["people"]) {
  const store = world.readableApprovals();
  const waitingEmails = people.flatMap((newest) => (toOutcomeKind(newest) === "waiting" ? [newest.email] : []));
  return new Map(
    await mapInBatches(waitingEmails, AT_ONCE, async (email) => [email, (await readFirstPage(store.byEmail(email)))[0]] as const),
  );
}

/** Returns the keys of entries of the access list that could match a domain's people at the given levels. The closest key comes first. */
export function buildLevelKeys(domain: string, ...of: readonly Level[]): readonly string[] {
  const stranger = candidates({ email: `stranger@${domain}`, identities: [] }, classNames);
  return stranger.filter(({ level }) => of.includes(level)).map(({ key }) => key);
}

async function readDomainEntries(visit: Visit, domain: string) {
  const keys = buildLevelKeys(domain, "domain", "wildcard", "class", "everyone");
  const itemsByKey = await visit.world.accessList.many(keys);
  // Only the policy decides whether a class contains the domain. So `isLive` is false for an entry of a class.
  return keys.flatMap((key) => {
    const item = itemsByKey.get(key);
    if (item === undefined && key !== domain) return [];
    const speaks = item !== undefined && !(classNames as readonly string[]).includes(key);
    return [{ key, item, edit: item && readLastEdit(item), isLive: speaks && isLive(readRow(toRow(item)), visit.now) }];
  });
}

/** If a domain has more decisions than this, the page judges only the newest PAGE_ROWS. The form for edits judges more. */
const MOST_JUDGED = 500;

function isOfFew({ all }: Pick<CountedDays, "all">): boolean {
  return outcomeSum(all.answers) <= MOST_JUDGED;
}

export async function flipsAtAGlance(
  { world, now }: Visit,
  after: { readonly entry: string; readonly effect: string },
  newest: NewestOfDomain,
  countedDays: Pick<CountedDays, "all">,
) {
  const { decisions, approvals, policiesAt, hashes } = world;
  // If `newest` lacks some of a domain's few decisions, `wouldFlip` reads all of them itself.
  const isPart = isOfFew(countedDays) && newest.next !== undefined;
  try {
    const sources = { decisions, approvals, read: world.rows.read, policiesAt, hashes, now };
    return await wouldFlip(new Map([[after.entry, after]]), sources, isPart ? undefined : newest);
  } catch {
    return "failed" as const;
  }
}
