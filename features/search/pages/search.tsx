import { html } from "hono/html";
import type { Child } from "hono/jsx";
import { parse } from "tldts";
import type { ConsoleRoute, NamedHit, SearchGroup, SearchHit, Visit } from "../../../console/app/visit";
import { Mark } from "../../../console/parts/badge";
import { buildMenu, listCommands } from "../../../console/parts/menu";
import { Facts } from "../../../console/parts/table";
import { RowTime } from "../../../console/parts/time";
import { beforeAt, shortenText } from "../../../console/parts/value";
import { findText, pageTexts } from "../../../console/texts/languages";
import { normaliseDomain } from "../../../engine/sign-up/email";

/** If the text names exactly one thing, opens the thing's page. Otherwise lists results, as the palette always does. */
async function search(visit: Visit): Promise<Response> {
  const text = visit.query("q");
  const { kind, words } = askedFor(text);
  const searchText = kind === "code" ? words : text;
  const exact =
    text === "" ? [] : await sortHits(visit.features.map(async ({ search }) => (await search?.named?.(visit, searchText)) ?? []));
  const [only, ...others] = exact;
  const isPart = visit.query("part") !== "";
  if (only !== undefined && others.length === 0 && !isPart && kind !== "command") return visit.goTo(only.path);
  const groups = text === "" ? [] : await buildGroups(visit, kind, words, exact);
  if (isPart) return await visit.context.html(html`${results(groups)}`);
  const isFound = groups.some(({ isStored }) => isStored);
  return await visit.page(
    text === "" ? t.title : t.titleOf(shortenText(text, 40)),
    <>
      {isFound || text === "" ? null : (
        <div role="status">
          <p>
            <bdi class="value">{shortenText(text, 80)}</bdi>: {kind === "code" ? t.noCode : t.nothing}
          </p>
        </div>
      )}
      {results(groups)}
      {isFound ? null : (
        <>
          <p>{t.typeOne}</p>
          <Facts facts={Object.entries(t.examples).map(([example, meaning]) => [<code>{example}</code>, meaning])} />
        </>
      )}
    </>,
    { status: isFound || text === "" ? 200 : 404 },
  );
}

/** Kinds of search, by the first character of the text. */
const kinds = { ">": "command", "#": "code", "@": "person" } as const;

type Kind = "any" | (typeof kinds)[keyof typeof kinds];

function askedFor(text: string): { readonly kind: Kind; readonly words: string } {
  const kind = findText<Kind>(kinds, text.charAt(0));
  return kind === undefined ? { kind: "any", words: text } : { kind, words: text.slice(1).trim() };
}

function results(groups: readonly ResultGroup[]): Child {
  if (groups.length === 0) return null;
  return (
    <ul class="rows results">
      {groups.map(({ name, found, more }) => (
        <>
          <li class="group">{name}</li>
          {found.map((each) => resultRow(each))}
          {more === undefined ? null : (
            <li>{more.path === undefined ? <span class="hint">{more.text}</span> : <a href={more.path}>{more.text}</a>}</li>
          )}
        </>
      ))}
    </ul>
  );
}

function resultRow({ path, name, note, at, icon, tone }: SearchHit): Child {
  return (
    <li>
      <Mark icon={icon} tone={tone} />
      <a class="what" href={path}>
        <b>
          <bdi class="value">{beforeAt(shortenText(name, 80))}</bdi>
        </b>
        {note === undefined ? null : <span class="hint">{note}</span>}
      </a>
      {at === undefined ? null : <RowTime at={at} />}
    </li>
  );
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/search", access: "Reader", asks: { q: "any", part: ["1"] }, handler: search },
];

interface ResultGroup extends Omit<SearchGroup, "rank"> {
  /**
   * True if the text was found. False if the group has only actions on a domain that the text names. If no group has `isStored`, the page
   * says that nothing is stored.
   */
  readonly isStored: boolean;
}

async function sortHits<T extends { readonly rank: number }>(hitPromises: readonly Promise<readonly T[]>[]): Promise<readonly T[]> {
  return (await Promise.all(hitPromises)).flat().sort((one, other) => one.rank - other.rank);
}

async function buildGroups(visit: Visit, kind: Kind, words: string, exact: readonly NamedHit[]): Promise<readonly ResultGroup[]> {
  const groups = [
    { name: t.groups.exact, found: exact, isStored: true },
    ...(kind === "command" || kind === "code" || words === "" ? [] : await groupsInPart(visit, kind, words, exact)),
    ...(await commandGroups(visit, kind, words)),
  ];
  return groups.filter(({ found }) => found.length > 0);
}

async function groupsInPart(visit: Visit, kind: Kind, words: string, exact: readonly NamedHit[]): Promise<readonly ResultGroup[]> {
  const query = { words, ofPeople: kind === "person", exact };
  const groups = await sortHits(visit.features.map(async ({ search }) => [(await search?.group?.(visit, query)) ?? []].flat()));
  return groups.map((each) => ({ ...each, isStored: true }));
}

const NO_WORD = /[^\p{L}\p{N}]+/u;

/** True for "add partner" and "Add a partner…": each typed word begins a word of the name, in the same order. */
function isNamed(name: string, text: string): boolean {
  let words = name.toLowerCase().split(NO_WORD);
  return text.split(NO_WORD).every((part) => {
    const at = words.findIndex((word) => word.startsWith(part));
    words = words.slice(at + 1);
    return at >= 0;
  });
}

/** Reserved by RFC 2606, RFC 6761 and ICANN: the list of public suffixes does not have them. */
const reservedTops = ["example", "test", "invalid", "local", "internal"];

async function commandGroups(visit: Visit, kind: Kind, words: string): Promise<readonly ResultGroup[]> {
  if (kind === "code" || kind === "person") return [];
  const begins = words.toLowerCase();
  const isAsked = ({ name }: SearchHit) => isNamed(name, begins) || (kind === "command" && name.toLowerCase().includes(begins));
  // One or two words may name a domain and an action on it: "deny contoso.com". After ">", they name only a command.
  const parts = kind === "command" ? [] : words.split(/\s+/, 3);
  const named = parts.length > 2 ? undefined : parts.map(normaliseDomain).find((each) => each !== undefined);
  const domain =
    named !== undefined && (parts.length > 1 || parse(named).isIcann === true || reservedTops.some((top) => named.endsWith(`.${top}`)))
      ? named
      : undefined;
  const verb = parts.find((each) => normaliseDomain(each) !== domain)?.toLowerCase() ?? "";
  const about = domain === undefined ? [] : await Promise.all(visit.features.map(({ search }) => search?.ofDomain?.(visit, domain) ?? []));
  const hits = about.flat().filter(({ name }) => name.toLowerCase().includes(verb));
  const askedHits = await Promise.all(visit.features.map(({ search }) => search?.asked?.(visit, begins.split(/\s+/)) ?? []));
  const open = listCommands(visit);
  const commands = open.map(({ path, name, icon }): SearchHit => ({ path, name: name[visit.language], icon }));
  const pages = buildMenu(visit.features, visit.world)
    .filter(({ access, path }) => visit.may(access) && !open.some((command) => command.path === path))
    .map(({ path, name, icon = "decisions" }): SearchHit => ({ path, name: name[visit.language], icon }));
  const foundHits = [...askedHits.flat(), ...commands.filter(isAsked)];
  const asksPages = begins === "" ? [] : pages.filter(isAsked);
  // If no action on the domain has the typed verb, shows what is stored about the domain: it may say why the action is not possible.
  const instead = domain === undefined || verb === "" || hits.length > 0 ? [] : await groupsInPart(visit, kind, domain, []);
  return [
    ...instead,
    { name: t.groups.pages, found: asksPages, isStored: asksPages.length > 0 },
    { name: t.groups.actions, found: [...hits, ...foundHits], isStored: foundHits.length > 0 || (verb !== "" && hits.length > 0) },
  ];
}

const t = pageTexts({
  title: ["Search", "검색"],
  titleOf: [(text: string) => `Search: ${text}`, (text) => `검색: ${text}`],
  nothing: [
    "Nothing was found. A name is compared with the newest people only; a whole email address finds everybody.",
    "찾지 못했습니다. 이름은 최근 사람하고만 비교합니다. 이메일 주소 전체를 입력하면 누구나 찾을 수 있습니다.",
  ],
  noCode: ["No such code. A part of one finds nothing: type all of it.", "그런 코드가 없습니다. 코드는 전체를 입력해야 찾습니다."],
  groups: {
    exact: ["Found", "일치하는 항목"],
    pages: ["Pages", "페이지"],
    actions: ["Do", "작업"],
  },
  typeOne: ["Type a name, or one of these:", "이름이나 다음 중 하나를 입력하세요."],
  examples: {
    "K7QD-9MXD": ["a reference code: the decision, or the request for approval", "참조 코드: 결정 또는 승인 요청"],
    "kim@contoso.com": ["a person: decisions, requests, profile and entries", "사람: 결정, 요청, 프로필, 항목"],
    "contoso.com, *.contoso.com, issuer:google.com, *": ["an entry of the access list", "접근 목록 항목"],
    "issuer:google.com/1184": ["one account: its person, and its entry", "계정 하나: 그 사람과 항목"],
    "20261121-020305123-k7qd": ["a change of the access list", "접근 목록 변경"],
    "undo import, deny contoso.com": ["what you want to do", "하려는 작업"],
    ">": ["what you can do; # before a whole code, @ before a person's name", "할 수 있는 작업. 전체 코드 앞에는 #, 사람 이름 앞에는 @"],
  },
});
