import { normaliseDomain, partsOf } from "../../../engine/sign-up/email";
import { decisionWords } from "../../../features/decisions/words";
import type { Visit } from "../../app/visit";
import type { Tone } from "../../parts/badge";
import { domainPath } from "../../parts/domain-link";
import type { IconName } from "../../parts/icon";
import { pagesFor } from "../../parts/menu";
import { capitalised, shortened, visible } from "../../parts/value";
import { entryPath, newEntryPath } from "../access-list/access-list-parts";
import { approvalsTexts } from "../approvals/approvals-texts";
import { personPath } from "../people/person-links";
import type { Meaning } from "./meanings";
import { DAYS_LATELY, type Lately, type NamedPerson, peopleNamed, seenLately } from "./people-named";
import { searchTexts as t } from "./search-texts";

/** One line of what a search found. */
export interface Found {
  readonly path: string;
  readonly name: string;
  readonly note?: string | undefined;
  /** ISO 8601. */
  readonly at?: string | undefined;
  readonly icon: IconName;
  readonly tone?: Tone | undefined;
}

export interface ResultGroup {
  readonly name: string;
  readonly found: readonly Found[];
  /** Says that there is more. */
  readonly more?: string | undefined;
  /** Whether these are stored or pages, and not only actions. */
  readonly isStored: boolean;
}

interface Asked {
  readonly kind: "any" | "code" | "command" | "person";
  readonly words: string;
  /** What the whole text names. */
  readonly exact: readonly Meaning[];
}

const MOST = 5;
const MOST_PEOPLE = 8;
/** How many entries are read from each shard of the list's index. */
const PER_SHARD = 5;

const icons = {
  decision: "decisions",
  request: "approvals",
  changeSet: "changed",
  person: "person",
  account: "person",
  entry: "list",
  covering: "list",
} as const satisfies Readonly<Record<Meaning["kind"], IconName>>;

/** What became of somebody, as a colour. */
const tones: Readonly<Record<string, Tone>> = {
  ...{ continue: "good", provisioned: "good", approved: "good", block: "bad", denied: "bad", failed: "bad" },
  ...{ invalid: "warn", pending: "asked" },
};

/** Everything that a text may mean: stored things, people and domains it names in part, and actions. */
export async function groupsOf(visit: Visit, { kind, words, exact }: Asked): Promise<readonly ResultGroup[]> {
  const named: ResultGroup = {
    name: t.groups.exact,
    found: exact.map((each) => ({ path: each.path, name: each.name, note: t.kinds[each.kind], icon: icons[each.kind] })),
    isStored: true,
  };
  const groups = [
    named,
    ...(kind === "command" ? [] : await storedGroups(visit, kind, words, exact)),
    ...(await commandGroups(visit, kind, words)),
  ];
  return groups.filter(({ found }) => found.length > 0);
}

async function storedGroups(visit: Visit, kind: Asked["kind"], words: string, exact: readonly Meaning[]): Promise<readonly ResultGroup[]> {
  if (kind === "code" || words === "") return [];
  const lately = await seenLately(visit);
  const people = await peopleNamed(visit, words, lately);
  const shown = await Promise.all(people.slice(0, MOST_PEOPLE).map((person) => personFound(visit, person)));
  const group: ResultGroup = {
    name: t.groups.people,
    found: shown,
    isStored: true,
    more: people.length > MOST_PEOPLE ? t.morePeople((people.length - MOST_PEOPLE).toLocaleString(visit.language)) : undefined,
  };
  if (kind === "person") return [group];
  const [domains, entries] = await Promise.all([domainsFound(visit, words, lately), entriesFound(visit, words, exact)]);
  return [{ name: t.groups.domains, found: domains, isStored: true }, group, { name: t.groups.entries, found: entries, isStored: true }];
}

/** A person found by key gets their newest decision. */
async function personFound({ world, say }: Visit, person: NamedPerson): Promise<Found> {
  const [newest] = person.at === undefined ? (await world.decisions.newestOf("mailbox", person.email, 1)).records : [];
  const { email, outcome, at } =
    newest === undefined ? person : { email: newest.email ?? person.email, outcome: newest.verdict, at: newest.at };
  const words: Readonly<Record<string, string>> = { ...approvalsTexts.states, ...say(decisionWords).verdicts };
  const became = outcome === undefined ? undefined : capitalised(words[outcome] ?? "");
  const note = [person.name === undefined ? undefined : visible(email), became].filter((each) => each !== undefined).join(", ");
  return { path: personPath(email), name: person.name ?? email, note, at, icon: "person", tone: tones[outcome ?? ""] };
}

async function domainsFound(visit: Visit, words: string, { domains }: Lately): Promise<readonly Found[]> {
  const whole = normaliseDomain(words);
  const begin = words.toLowerCase();
  const known = domains.filter((each) => each.startsWith(begin) && each !== whole).slice(0, MOST);
  const seen = whole !== undefined && (domains.includes(whole) || (await hasPeople(visit, whole))) ? [whole] : [];
  const found = [...seen, ...known];
  const counted = await visit.world.domainCounts.domainDays(found, DAYS_LATELY);
  return await Promise.all(found.map((domain) => domainFound(visit, domain, counted.get(domain)?.all.people ?? 0)));
}

async function domainFound({ world, language }: Visit, domain: string, people: number): Promise<Found> {
  const came = people === 0 ? "" : `, ${t.people(people.toLocaleString(language), DAYS_LATELY)}`;
  const [item, like] = await Promise.all([world.accessList.get(domain), likeOf(world, domain)]);
  const found = { path: domainPath(domain), name: domain };
  if (like !== undefined) return { ...found, note: `${t.looksLike(visible(like))}${came}`, icon: "lookAlike", tone: "bad" };
  const effect = item?.effect?.S;
  const note = effect === "allow" || effect === "deny" ? t.listed[effect] : t.notListed;
  const tone = effect === "allow" ? "good" : effect === "deny" ? "bad" : "warn";
  return { ...found, note: `${note}${came}`, icon: "domain", tone };
}

/** The domain that this one could be mistaken for. */
async function likeOf({ alike }: Visit["world"], domain: string): Promise<string | undefined> {
  return (await alike.lookAlikesOf([domain])).get(domain)?.[0]?.like;
}

/** Whether decisions are of people of a domain. */
async function hasPeople({ world, now }: Visit, domain: string): Promise<boolean> {
  const { items, next } = await world.decisions.page({ from: new Date(0), to: now, having: { domain } });
  // Of a domain that has too many to sort, the first page may be empty.
  return next !== undefined || items.some(({ email }) => email !== undefined && partsOf(email).domain === domain);
}

async function entriesFound({ world }: Visit, words: string, exact: readonly Meaning[]): Promise<readonly Found[]> {
  const { rows } = await world.accessList.inOrder("entry", { prefix: words.toLowerCase().slice(0, 200), perShard: PER_SHARD });
  return rows.flatMap(({ item }): readonly Found[] => {
    const entry = String(item.entry?.S);
    const effect = item.effect?.S;
    if (exact.some(({ name }) => name === entry)) return [];
    const listed = effect === "allow" || effect === "deny" ? effect : undefined;
    const found = { path: entryPath(entry), name: entry, icon: "list" as const };
    return [listed === undefined ? found : { ...found, note: t.listed[listed], tone: listed === "allow" ? "good" : "bad" }];
  });
}

async function commandGroups(visit: Visit, kind: Asked["kind"], words: string): Promise<readonly ResultGroup[]> {
  if (kind === "code" || kind === "person") return [];
  const begins = words.toLowerCase();
  const isAsked = ({ name }: Found) => (kind === "command" ? name.toLowerCase().includes(begins) : name.toLowerCase().startsWith(begins));
  const domain = kind === "command" ? undefined : normaliseDomain(words);
  const about = domain === undefined ? [] : await domainActions(visit, domain);
  const named = commands(visit).filter(isAsked);
  const pages = pagesFor(visit).map(({ path, name }): Found => ({ path, name, icon: "next" }));
  return [
    { name: t.groups.actions, found: [...about, ...named], isStored: named.length > 0 },
    { name: t.groups.pages, found: pages.filter(isAsked), isStored: true },
  ];
}

/** A look-alike is not offered for allowing. */
async function domainActions(visit: Visit, domain: string): Promise<readonly Found[]> {
  const shown = shortened(domain, 80);
  const asking = String(new URLSearchParams({ domain }));
  const allow: Found = { path: newEntryPath({ entry: domain }), name: t.allowDomain(shown), note: t.dryRun, icon: "allow", tone: "good" };
  return [
    ...(visit.may("Administrator") && (await likeOf(visit.world, domain)) === undefined ? [allow] : []),
    { path: `/decisions?${asking}`, name: t.decisionsOf(shown), icon: "decisions" },
    { path: `/approvals?${asking}`, name: t.requestsOf(shown), icon: "approvals" },
  ];
}

function commands({ features, may, language }: Visit): readonly Found[] {
  const open = features.flatMap((each) => each.commands ?? []).filter(({ access }) => may(access));
  return open.map(({ path, name, icon }) => ({ path, name: name[language], icon }));
}
