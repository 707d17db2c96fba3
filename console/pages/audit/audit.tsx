import type { AuditEntry, AuditSearch } from "../../../adapters/tables/audit";
import { OUTSIDE, personNamed } from "../../../engine/audit/entry";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { eachHash } from "../../../engine/sign-up/person";
import { dayFrom } from "../../../engine/sign-up/time";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { Alert, type FieldProblem, problemOf, QueryField, SearchRefusal } from "../../parts/forms";
import { type Paged, Pager, pageAsked, StalePage } from "../../parts/paging";
import { Table } from "../../parts/table";
import { dayOf, Moment } from "../../parts/time";
import { ShownValue, visible } from "../../parts/value";
import { frameTexts } from "../../texts/frame-texts";
import { historyPath } from "../access-list/entry-history";
import { PersonLink } from "../people/person-links";
import { auditTexts } from "./audit-texts";

/** What is looked for. */
interface Wish {
  readonly day: string;
  readonly entry: string;
  /** As typed, and as keyed hashes. */
  readonly person: string;
  readonly hashes: readonly string[];
  readonly operator: string;
  readonly action: string;
}

async function audit(visit: Visit): Promise<Response> {
  const t = visit.say(auditTexts);
  const wish = await wishOf(visit);
  const problems = "problems" in wish ? wish.problems : [];
  return await visit.page(
    t.title,
    <>
      <SearchRefusal visit={visit} problems={problems} />
      <SearchForm visit={visit} problems={problems} />
      {"problems" in wish ? null : await results(visit, wish)}
      <p class="hint">{t.hint}</p>
    </>,
    { status: problems.length > 0 ? 400 : 200 },
  );
}

/** What the address asks for, or what is wrong with it. */
async function wishOf(visit: Visit): Promise<Wish | { readonly problems: readonly FieldProblem[] }> {
  const t = visit.say(auditTexts);
  const [typedDay, entry, person, operator, action] = ["day", "entry", "person", "operator", "action"].map(visit.query) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const day = typedDay === "" ? undefined : dayFrom(typedDay);
  const hashes = person === "" ? [] : eachHash(await visit.world.hashes()).map((hashOf) => personNamed(person, hashOf));
  const problems = [
    ...(typedDay !== "" && day === undefined ? [{ field: "day", text: t.badDay }] : []),
    ...(hashes.includes(undefined) ? [{ field: "person", text: t.noPerson }] : []),
  ];
  if (problems.length > 0) return { problems };
  return { day: day === undefined ? "" : dayOf(day), entry, person, hashes: hashes as string[], operator, action };
}

async function results(visit: Visit, wish: Wish) {
  const t = visit.say(auditTexts);
  const page = await pageAsked<AuditEntry, string>(visit, {
    async read(from) {
      const { entries, next } = await visit.world.audit.page(searchOf(wish), from, 100);
      return { items: entries, next };
    },
    after: ({ number }) => number,
    matches: (entry) => isWanted(entry, wish),
  });
  return (
    <>
      <StalePage visit={visit} page={page} />
      <Checked visit={visit} page={page} />
      <Entries visit={visit} entries={page.items} />
      {page.items.some(({ via }) => via === "outside") ? <p class="hint">{t.outsideHint}</p> : null}
      <Pager visit={visit} page={page} />
      {wish.entry === "" ? null : <Batches visit={visit} wish={wish} />}
    </>
  );
}

/** A batch is one entry of the trail, and is not under the keys of its rows. */
function Batches({ visit, wish: { day, entry } }: { readonly visit: Visit; readonly wish: Wish }) {
  const t = visit.say(auditTexts);
  return (
    <p class="hint">
      {t.batchesHint} <a href={`/audit?${new URLSearchParams({ operator: OUTSIDE, ...(day !== "" && { day }) })}`}>{t.outsideOnes}</a> ·{" "}
      <a href={historyPath(entry)}>{t.historyOfEntry}</a>
    </p>
  );
}

/** The narrowest of the indexes; `isWanted` looks at the rest. */
function searchOf({ person, hashes, entry, operator, day }: Wish): AuditSearch {
  if (person !== "" && hashes.length === 1) return { person: hashes[0] as string };
  if (entry !== "") return { subject: entry };
  if (/^(outside|gatehouse|arn:.+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(operator)) return { operator };
  return day === "" ? {} : { day };
}

function isWanted({ subject, person, by, name, action, at }: AuditEntry, wish: Wish): boolean {
  const operator = wish.operator.toLowerCase();
  return (
    (wish.hashes.length === 0 || wish.hashes.includes(person ?? "")) &&
    (wish.entry === "" || subject === wish.entry) &&
    (operator === "" || by.toLowerCase() === operator || name.toLowerCase().includes(operator)) &&
    (wish.action === "" || action === wish.action) &&
    (wish.day === "" || at.startsWith(wish.day))
  );
}

function SearchForm({ visit, problems }: { readonly visit: Visit; readonly problems: readonly FieldProblem[] }) {
  const t = visit.say(auditTexts);
  const asked = visit.query("action");
  return (
    <form class="card" method="get" action="/audit">
      <div class="fields">
        <div>
          <QueryField visit={visit} name="day" label={t.day} problem={problemOf(problems, "day")} type="date" />
        </div>
        {(["entry", "person", "operator"] as const).map((name) => (
          <div>
            <QueryField visit={visit} name={name} label={t[name]} hint={t[`${name}Hint`]} problem={problemOf(problems, name)} />
          </div>
        ))}
        <div>
          <label for="action">{t.action}</label>
          <select id="action" name="action">
            <option value="">{t.anyAction}</option>
            {Object.entries(t.actions).map(([action, words]) => (
              <option value={action} selected={action === asked}>
                {words}
              </option>
            ))}
          </select>
        </div>
        <div>
          <button type="submit">{t.show}</button>
        </div>
      </div>
    </form>
  );
}

/** What the chain says of the entries shown. */
function Checked({ visit, page: { items } }: { readonly visit: Visit; readonly page: Paged<AuditEntry> }) {
  const t = visit.say(auditTexts);
  const flaws = [...new Set(items.flatMap(({ flaw }) => (flaw === undefined ? [] : [t.flaws[flaw.kind](String(Number(flaw.number)))])))];
  if (items.length === 0) return null;
  if (flaws.length === 0) return <p class="hint">{t.sound(items.length.toLocaleString(visit.language))}</p>;
  return (
    <Alert>
      <p>{t.broken}</p>
      <ul>
        {flaws.map((flaw) => (
          <li>{flaw}</li>
        ))}
      </ul>
    </Alert>
  );
}

function Entries({ visit, entries }: { readonly visit: Visit; readonly entries: readonly AuditEntry[] }) {
  const t = visit.say(auditTexts);
  const { characters } = visit.say(frameTexts);
  return (
    <div class="trail">
      <Table
        caption={t.caption}
        columns={[t.time, t.who, t.what, t.subject, t.before, t.after].map((name) => ({ name }))}
        rows={entries.map((entry) => [
          <Moment at={entry.at} />,
          <Who visit={visit} entry={entry} />,
          <>
            {t.actions[entry.action] ?? visible(entry.action)}
            {t.outcomes[entry.outcome] === undefined ? null : <span class="tag warn">{t.outcomes[entry.outcome]}</span>}
            {entry.flaw === undefined ? null : <span class="tag bad">{t.flaws[entry.flaw.kind](String(Number(entry.flaw.number)))}</span>}
          </>,
          entry.erased === undefined ? <Subject visit={visit} entry={entry} /> : <small>{t.erased}</small>,
          <Cells cells={entry.before} characters={characters} />,
          <Cells cells={entry.after} characters={characters} />,
        ])}
        empty={t.none}
      />
    </div>
  );
}

function Who({ visit, entry: { via, by, name } }: { readonly visit: Visit; readonly entry: AuditEntry }) {
  const t = visit.say(auditTexts);
  if (via === "outside" || via === "gatehouse") return <>{t[via]}</>;
  return (
    <span>
      <bdi>{visible(name)}</bdi> {name === by ? null : <small class="value">{visible(by)}</small>}
    </span>
  );
}

function Subject({ visit, entry: { subject, count } }: { readonly visit: Visit; readonly entry: AuditEntry }) {
  const { characters } = visit.say(frameTexts);
  return (
    <>
      {normaliseEmail(subject) === undefined ? <ShownValue text={subject} characters={characters} /> : <PersonLink email={subject} />}
      {count === undefined ? null : <small> {visit.say(auditTexts).rows(count.toLocaleString(visit.language))}</small>}
    </>
  );
}

function Cells({ cells = {}, characters }: { readonly cells?: AuditEntry["before"]; readonly characters: (count: string) => string }) {
  const text = Object.entries(cells)
    .map(([name, value]) => `${name}:${Array.isArray(value) ? value.map((each) => `\n${textOf(each)}`).join("") : ` ${textOf(value)}`}`)
    .join("\n");
  return text === "" ? null : <ShownValue text={text} characters={characters} />;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export const routes: readonly ConsoleRoute[] = [
  {
    method: "GET",
    path: "/audit",
    access: "Reader",
    asks: { day: "any", entry: "any", person: "any", operator: "any", action: "any" },
    handler: audit,
  },
];
