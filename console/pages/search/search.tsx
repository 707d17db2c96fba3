import { normaliseDomain, partsOf } from "../../../engine/sign-up/email";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { shortened } from "../../parts/value";
import type { Meaning } from "./meanings";
import { meaningsOf } from "./meanings";
import { searchTexts } from "./search-texts";

/** Decisions that are looked at for people of a domain: a page of so many days. */
const RECENT_DAYS = 30;

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

/** Whether the newest decisions, or the requests that have waited longest, are of people of a domain. */
async function hasPeople({ world, now }: Visit, domain: string): Promise<boolean> {
  const isOf = ({ email }: { readonly email?: string | undefined }) => email !== undefined && partsOf(email).domain === domain;
  const { items } = await world.decisions.page({ from: new Date(now.getTime() - RECENT_DAYS * MS_PER_DAY), to: now });
  if (items.some(isOf)) return true;
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
