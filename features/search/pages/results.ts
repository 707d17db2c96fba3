import type { NamedHit, SearchGroup, SearchHit } from "../../../console/app/search-hit";
import type { Visit } from "../../../console/app/visit";
import { pagesFor } from "../../../console/parts/menu";
import { normaliseDomain } from "../../../engine/sign-up/email";
import { searchTexts as t } from "./search-texts";

export interface ResultGroup extends Omit<SearchGroup, "rank"> {
  /** Whether these are stored or pages, and not only actions. */
  readonly isStored: boolean;
}

interface Asked {
  readonly kind: "any" | "code" | "command" | "person";
  readonly words: string;
  /** What the whole text names. */
  readonly exact: readonly NamedHit[];
}

/** What each feature finds, those first that rank first. */
async function ranked<T extends { readonly rank: number }>(found: readonly Promise<readonly T[]>[]): Promise<readonly T[]> {
  return (await Promise.all(found)).flat().sort((one, other) => one.rank - other.rank);
}

/** Everything stored that a text names. */
export async function namedWhole(visit: Visit, text: string): Promise<readonly NamedHit[]> {
  return await ranked(visit.features.map(async ({ search }) => (await search?.named?.(visit, text)) ?? []));
}

/** Everything that a text may mean: stored things, people and domains it names in part, and actions. */
export async function groupsOf(visit: Visit, { kind, words, exact }: Asked): Promise<readonly ResultGroup[]> {
  const groups = [
    { name: t.groups.exact, found: exact, isStored: true },
    ...(kind === "command" || kind === "code" || words === "" ? [] : await groupsInPart(visit, kind, words, exact)),
    ...(await commandGroups(visit, kind, words)),
  ];
  return groups.filter(({ found }) => found.length > 0);
}

async function groupsInPart(visit: Visit, kind: Asked["kind"], words: string, exact: readonly NamedHit[]): Promise<readonly ResultGroup[]> {
  const asked = { words, ofPeople: kind === "person", exact };
  const groups = await ranked(visit.features.map(async ({ search }) => [(await search?.group?.(visit, asked)) ?? []].flat()));
  return groups.map((each) => ({ ...each, isStored: true }));
}

async function commandGroups(visit: Visit, kind: Asked["kind"], words: string): Promise<readonly ResultGroup[]> {
  if (kind === "code" || kind === "person") return [];
  const begins = words.toLowerCase();
  const isAsked = ({ name }: SearchHit) =>
    kind === "command" ? name.toLowerCase().includes(begins) : name.toLowerCase().startsWith(begins);
  // "deny contoso.com" asks for what can be done about the domain.
  const parts = kind === "command" ? [] : words.split(/\s+/, 3);
  const domain = parts.length > 2 ? undefined : parts.map(normaliseDomain).find((each) => each !== undefined);
  const verb = parts.find((each) => normaliseDomain(each) !== domain)?.toLowerCase() ?? "";
  const about = domain === undefined ? [] : await Promise.all(visit.features.map(({ search }) => search?.ofDomain?.(visit, domain) ?? []));
  const hits = about.flat().filter(({ name }) => name.toLowerCase().includes(verb));
  const found = commands(visit).filter(isAsked);
  const pages = pagesFor(visit).map(({ path, name }): SearchHit => ({ path, name, icon: "next" }));
  return [
    { name: t.groups.actions, found: [...hits, ...found], isStored: found.length > 0 || (verb !== "" && hits.length > 0) },
    { name: t.groups.pages, found: pages.filter(isAsked), isStored: true },
  ];
}

function commands({ features, may, language }: Visit): readonly SearchHit[] {
  const open = features.flatMap((each) => each.commands ?? []).filter(({ access }) => may(access));
  return open.map(({ path, name, icon }) => ({ path, name: name[language], icon }));
}
