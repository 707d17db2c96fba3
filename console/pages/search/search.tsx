import { type Entry, entryKey, readEntry } from "../../../engine/access-list/entry";
import { candidates } from "../../../engine/access-list/match";
import { isRequestId } from "../../../engine/approvals/deciding";
import { readReference } from "../../../engine/sign-up/call";
import { normaliseDomain, normaliseEmail, partsOf } from "../../../engine/sign-up/email";
import { accountHashOf, eachHash } from "../../../engine/sign-up/person";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { shortened } from "../../parts/value";
import { pageTexts } from "../../texts/languages";
import { entryPath } from "../access-list/access-list-parts";
import { setPath } from "../access-list/change-set-parts";
import { requestPath } from "../approvals/approvals-parts";
import { accountPath, personPath } from "../people/person-links";

/** Leads to what a text names; where it may be several things, or none, a page says so. */
async function search(visit: Visit): Promise<Response> {
  const t = visit.say(searchTexts);
  const text = visit.query("q");
  const meanings = text === "" ? [] : await meaningsOf(visit, text);
  const [only, ...others] = meanings;
  const domain = only === undefined ? normaliseDomain(text.replace(/^@/, "")) : undefined;
  const isSeen = domain !== undefined && (await hasPeople(visit, domain));
  if (only !== undefined && others.length === 0) return visit.goTo(only.path);
  return await visit.page(
    t.title,
    <>
      {only === undefined ? (
        <Nothing visit={visit} text={text} domain={domain} isSeen={isSeen} />
      ) : (
        <Choices visit={visit} meanings={meanings} />
      )}
      <p class="hint">{t.keys}</p>
    </>,
    { status: only === undefined && text !== "" && !isSeen ? 404 : 200 },
  );
}

/** Whether decisions, or the requests that have waited longest, are of people of a domain. */
async function hasPeople({ world, now }: Visit, domain: string): Promise<boolean> {
  const isOf = ({ email }: { readonly email?: string | undefined }) => email !== undefined && partsOf(email).domain === domain;
  const { items, next } = await world.decisions.page({ from: new Date(0), to: now, having: { domain } });
  // Of a domain that has too many to sort, the first page may be empty.
  if (items.some(isOf) || next !== undefined) return true;
  for await (const page of world.approvals.briefsByState("pending")) return page.some(isOf);
  return false;
}

interface NothingProps {
  readonly visit: Visit;
  readonly text: string;
  readonly domain: string | undefined;
  /** Whether people of the domain are known. */
  readonly isSeen: boolean;
}

function Choices({ visit, meanings }: { readonly visit: Visit; readonly meanings: readonly Meaning[] }) {
  const t = visit.say(searchTexts);
  return (
    <>
      <p>{t.several}</p>
      <ul>
        {meanings.map(({ kind, name, path }) => (
          <li>
            {t.kinds[kind]}:{" "}
            <a href={path}>
              <bdi class="value">{shortened(name, 80)}</bdi>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

function Nothing({ visit, text, domain, isSeen }: NothingProps) {
  const t = visit.say(searchTexts);
  return (
    <>
      {text === "" ? null : (
        <p role="status">
          <bdi class="value">{shortened(text, 80)}</bdi>: {isSeen ? t.noEntry : t.nothing}
        </p>
      )}
      {domain === undefined ? null : (
        <ul>
          <li>
            <a href={`/decisions?${new URLSearchParams({ domain })}`}>{t.ofDomain(shortened(domain, 80))}</a>
          </li>
          <li>
            <a href={`/approvals?${new URLSearchParams({ domain })}`}>{t.waitingOf(shortened(domain, 80))}</a>
          </li>
        </ul>
      )}
      <p>{t.typeOne}</p>
      <dl class="card">
        {t.examples.map(([example, meaning]) => (
          <>
            <dt>
              <code>{example}</code>
            </dt>
            <dd>{meaning}</dd>
          </>
        ))}
      </dl>
      <p>{t.elsewhere}</p>
      <p class="actions">
        <a class="button quiet" href={`/access-list?${new URLSearchParams({ q: text.slice(0, 200) })}`}>
          {t.inList}
        </a>
        <a class="button quiet" href="/access-list/check">
          {t.whatIf}
        </a>
      </p>
    </>
  );
}

export const routes: readonly ConsoleRoute[] = [{ method: "GET", path: "/search", access: "Reader", asks: { q: "any" }, handler: search }];

const searchTexts = pageTexts(
  {
    title: "Search",
    several: "This can mean several things. Choose one:",
    nothing: "Nothing is stored under this.",
    noEntry: "No entry of the access list covers this domain, but people from it have tried to sign up.",
    kinds: {
      decision: "Decision",
      request: "Request for approval",
      changeSet: "Change of the access list",
      person: "Person",
      account: "Person, by this account",
      entry: "Entry of the access list",
      covering: "Entry that covers the domain",
    },
    typeOne: "Type one of these. Capitals and surrounding spaces do not matter:",
    examples: [
      ["K7QD-9MXD", "a reference code: the decision, or the request for approval"],
      ["kim@contoso.com", "a person: decisions, requests, profile and entries"],
      ["contoso.com, *.contoso.com, issuer:google.com, *", "an entry of the access list"],
      ["issuer:google.com/1184", "one account: its person, and its entry"],
      ["20261121-020305123-k7qd", "a change of the access list"],
    ] as readonly (readonly [string, string])[],
    ofDomain: (domain: string) => `Decisions on people of ${domain}`,
    waitingOf: (domain: string) => `People of ${domain} who wait for approval`,
    elsewhere: "To search by a beginning, use the list itself:",
    inList: "Search the access list",
    whatIf: "What would happen to…",
    keys: "The key / takes you to the search field from any page.",
  },
  {
    title: "검색",
    several: "여러 가지로 해석할 수 있습니다. 하나를 선택하세요.",
    nothing: "이 값으로 저장된 내용이 없습니다.",
    noEntry: "이 도메인의 접근 목록 항목은 없지만, 이 도메인의 사람이 가입을 시도했습니다.",
    kinds: {
      decision: "결정",
      request: "승인 요청",
      changeSet: "접근 목록 변경",
      person: "사람",
      account: "이 계정의 사람",
      entry: "접근 목록 항목",
      covering: "이 도메인에 적용되는 항목",
    },
    typeOne: "다음 중 하나를 입력하세요. 대소문자와 앞뒤 공백은 구분하지 않습니다.",
    examples: [
      ["K7QD-9MXD", "참조 코드: 결정 또는 승인 요청"],
      ["kim@contoso.com", "사람: 결정, 요청, 프로필, 항목"],
      ["contoso.com, *.contoso.com, issuer:google.com, *", "접근 목록 항목"],
      ["issuer:google.com/1184", "계정 하나: 그 사람과 항목"],
      ["20261121-020305123-k7qd", "접근 목록 변경"],
    ],
    ofDomain: (domain) => `${domain} 사람들에 대한 결정`,
    waitingOf: (domain) => `승인을 기다리는 ${domain} 사람들`,
    elsewhere: "앞부분만으로 찾으려면 목록에서 검색하세요.",
    inList: "접근 목록에서 검색",
    whatIf: "이 사람이 가입하면…",
    keys: "어느 페이지에서든 / 키를 누르면 검색란으로 이동합니다.",
  },
);

/** One thing that somebody may have meant. */
interface Meaning {
  readonly kind: "decision" | "request" | "changeSet" | "person" | "account" | "entry" | "covering";
  /** What it goes by. */
  readonly name: string;
  readonly path: string;
}

const CHANGE_SET_ID = /^\d{8}-\d{9}-[a-z\d]{4}$/;
/** The hash that decisions have of an account. */
const ACCOUNT_HASH = /^[\w-]{22}$/;

/** Everything stored that a text names. An address always names a person, whether anything is known of them or not. */
async function meaningsOf(visit: Visit, text: string): Promise<readonly Meaning[]> {
  const email = text.includes("@") ? normaliseEmail(text) : undefined;
  if (email !== undefined && !text.startsWith("@")) return [{ kind: "person", name: email, path: personPath(email) }];
  const found = await Promise.all([
    byCode(visit, text),
    byRequestId(visit, text),
    byChangeSet(visit, text),
    byAccount(visit, text),
    byEntry(visit, text),
  ]);
  return found.flat();
}

async function byCode({ world }: Visit, text: string): Promise<readonly Meaning[]> {
  const reference = readReference(text);
  if (reference === undefined) return [];
  const decisions = await world.decisions.byReference(reference);
  const found: Meaning[] = decisions.length === 0 ? [] : [{ kind: "decision", name: reference, path: `/decisions/${reference}` }];
  for await (const page of world.legibleApprovals(() => undefined).byReference(reference)) {
    found.push(...page.map(({ id }) => ({ kind: "request" as const, name: reference, path: requestPath(id) })));
  }
  return found;
}

async function byRequestId({ world }: Visit, text: string): Promise<readonly Meaning[]> {
  if (!isRequestId(text)) return [];
  // A row that cannot be read has a page too, which says so.
  const isThere = await world.approvals.get(text).then(
    (request) => request !== undefined,
    () => true,
  );
  return isThere ? [{ kind: "request", name: text, path: requestPath(text) }] : [];
}

async function byChangeSet({ world }: Visit, text: string): Promise<readonly Meaning[]> {
  const id = text.toLowerCase();
  const set = CHANGE_SET_ID.test(id) ? await world.changes.get(id) : undefined;
  return set === undefined ? [] : [{ kind: "changeSet", name: id, path: setPath(id) }];
}

async function byAccount({ world }: Visit, text: string): Promise<readonly Meaning[]> {
  const read = readEntry(text);
  const account = read.ok && read.entry.kind === "account" ? read.entry : undefined;
  if (account === undefined && !ACCOUNT_HASH.test(text)) return [];
  const hashes =
    account === undefined
      ? [text]
      : eachHash(await world.hashes()).flatMap(
          (hashOf) => accountHashOf([{ issuer: account.issuer, issuerAssignedId: account.id }], hashOf) ?? [],
        );
  const known = await Promise.all(hashes.map(async (hash) => (await world.decisions.newestOf("account", hash, 1)).records.length > 0));
  return known.includes(true) ? [{ kind: "account", name: text, path: accountPath(text) }] : [];
}

async function byEntry(visit: Visit, text: string): Promise<readonly Meaning[]> {
  const read = readEntry(text);
  const keys = [text, ...(read.ok ? [entryKey(read.entry, "allow"), entryKey(read.entry, "deny")] : [])];
  const own = await entriesAt(visit, keys);
  if (own.length > 0 || !read.ok) return own.map((name) => ({ kind: "entry", name, path: entryPath(name) }));
  return (await entriesAt(visit, coveringKeys(read.entry))).map((name) => ({ kind: "covering", name, path: entryPath(name) }));
}

/** The keys of entries that cover everyone at a domain. */
function coveringKeys(entry: Entry): readonly string[] {
  if (entry.kind !== "domain") return [];
  const anybody = { email: `anybody@${entry.domain}`, identities: [] };
  const closeBy = candidates(anybody, []).filter(({ level }) => level === "domain" || level === "wildcard");
  return closeBy.map(({ key }) => key);
}

async function entriesAt({ world }: Visit, keys: readonly string[]): Promise<readonly string[]> {
  const unique = [...new Set(keys)];
  const items = await Promise.all(unique.map((key) => world.accessList.get(key)));
  return unique.filter((_, index) => items[index] !== undefined);
}
