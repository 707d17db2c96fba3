import { normaliseDomain } from "../../../engine/sign-up/email";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { shortened } from "../../parts/value";
import type { Meaning } from "./meanings";
import { meaningsOf } from "./meanings";
import { searchTexts } from "./search-texts";

/** Leads to what a text names; where it may be several things, or none, a page says so. */
async function search(visit: Visit): Promise<Response> {
  const t = visit.say(searchTexts);
  const text = visit.query("q");
  const meanings = text === "" ? [] : await meaningsOf(visit, text);
  const [only, ...others] = meanings;
  if (only !== undefined && others.length === 0) return visit.goTo(only.path);
  return await visit.page(
    t.title,
    <>
      {only === undefined ? <Nothing visit={visit} text={text} /> : <Choices visit={visit} meanings={meanings} />}
      <p class="hint">{t.keys}</p>
    </>,
    { status: only === undefined && text !== "" ? 404 : 200 },
  );
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

function Nothing({ visit, text }: { readonly visit: Visit; readonly text: string }) {
  const t = visit.say(searchTexts);
  const domain = normaliseDomain(text.replace(/^@/, ""));
  return (
    <>
      {text === "" ? null : (
        <p role="status">
          <bdi class="value">{shortened(text, 80)}</bdi>: {t.nothing}
        </p>
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
      {domain === undefined ? null : (
        <p>
          <a href={`/decisions?${new URLSearchParams({ domain })}`}>{t.ofDomain(shortened(domain, 80))}</a>
        </p>
      )}
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

export const routes: readonly ConsoleRoute[] = [{ method: "GET", path: "/search", access: "Reader", handler: search }];
