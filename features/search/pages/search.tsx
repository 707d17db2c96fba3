import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { SearchHit } from "../../../console/app/search-hit";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { Mark } from "../../../console/parts/badge";
import { RowTime } from "../../../console/parts/time";
import { shortened } from "../../../console/parts/value";
import { groupsOf, namedWhole, type ResultGroup } from "./results";
import { searchTexts as t } from "./search-texts";

/** Goes straight to what a text names. If that may be several things, or is part of a name, they are listed. */
async function search(visit: Visit): Promise<Response> {
  const text = visit.query("q");
  const { kind, words } = askedFor(text);
  const exact = text === "" ? [] : await namedWhole(visit, kind === "code" ? words : text);
  const [only, ...others] = exact;
  const isPart = visit.query("part") !== "";
  if (only !== undefined && others.length === 0 && !isPart && kind !== "command") return visit.goTo(only.path);
  const groups = text === "" ? [] : await groupsOf(visit, { kind, words, exact });
  if (isPart) return await visit.context.html(html`${<Results visit={visit} groups={groups} />}`);
  const isFound = groups.some(({ isStored }) => isStored);
  return await visit.page(
    t.title,
    <>
      {isFound || text === "" ? null : (
        <p role="status">
          <bdi class="value">{shortened(text, 80)}</bdi>: {t.nothing}
        </p>
      )}
      <Results visit={visit} groups={groups} />
      {isFound ? <p class="hint">{t.reach}</p> : <Examples />}
      <p class="hint">{t.keys}</p>
    </>,
    { status: isFound || text === "" ? 200 : 404 },
  );
}

/** What a text asks for: `>` begins a command, `#` a code, `@` a person. */
function askedFor(text: string): { readonly kind: "any" | "code" | "command" | "person"; readonly words: string } {
  const kinds = { ">": "command", "#": "code", "@": "person" } as const;
  const sign = text.charAt(0);
  return Object.hasOwn(kinds, sign)
    ? { kind: kinds[sign as keyof typeof kinds], words: text.slice(1).trim() }
    : { kind: "any", words: text };
}

/** What was found, by groups: on the page, and alone for the palette. */
function Results({ visit, groups }: { readonly visit: Visit; readonly groups: readonly ResultGroup[] }) {
  if (groups.length === 0) return null;
  return (
    <ul class="rows results">
      {groups.map(({ name, found, more }) => (
        <>
          <li class="group">{name}</li>
          {found.map((each) => (
            <Result visit={visit} found={each} />
          ))}
          {more === undefined ? null : (
            <li>
              <span class="hint">{more}</span>
            </li>
          )}
        </>
      ))}
    </ul>
  );
}

function Result({ visit, found: { path, name, note, at, icon, tone } }: { readonly visit: Visit; readonly found: SearchHit }): Child {
  return (
    <li>
      <Mark icon={icon} tone={tone} />
      <a class="what" href={path}>
        <b>
          <bdi class="value">{shortened(name, 80)}</bdi>
        </b>
        {note === undefined ? null : <span class="hint">{note}</span>}
      </a>
      {at === undefined ? null : <RowTime visit={visit} at={at} />}
    </li>
  );
}

function Examples() {
  return (
    <>
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
    </>
  );
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/search", access: "Reader", asks: { q: "any", part: ["1"] }, handler: search },
];
