import type { DecisionStore } from "../../../adapters/tables/decisions";
import { mailboxOf } from "../../../engine/access-list/spellings";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { DoneNote } from "../../editor/row-parts";
import { QueryField, SearchRefusal } from "../../parts/forms";
import { type Paged, pageAsked } from "../../parts/paging";
import { type Fact, Facts } from "../../parts/table";
import { shortened, visible } from "../../parts/value";
import { writtenSet } from "../access-list/change-set-parts";
import { actOn, postEntry } from "./allow-or-deny";
import { postErase, showErase } from "./erase-person";
import { exportPersonFile, showPersonExport } from "./export-person";
import { type DecisionSource, decisionSources, type KnownPerson, knownPerson, type PersonAsked, personAsked } from "./known-person";
import { listAnswer, visitorsOf } from "./list-today";
import { peopleTexts } from "./people-texts";
import { accountPath, erasePath, exportPath, PersonLink } from "./person-links";
import { ListToday, PersonDecisions, Profiles, profileRowsOf, Requests } from "./person-parts";

/** Everything about one person, and what can be done about them. */
async function person(visit: Visit): Promise<Response> {
  const t = visit.say(peopleTexts);
  const asked = await personAsked(visit);
  if (asked === undefined) {
    const typed = visit.query("email") || visit.query("account");
    const problem = typed === "" ? undefined : t.notFound;
    const content = (
      <>
        <SearchRefusal visit={visit} problems={problem === undefined ? [] : [{ field: "email", text: problem }]} />
        <AskForm visit={visit} problem={problem} />
      </>
    );
    return await visit.page(t.title, content, { status: typed === "" ? 200 : 400 });
  }
  const known = await knownPerson(visit, asked);
  const { email } = asked;
  const facts = [...whoFacts(visit, asked), ...knownFacts(visit, known)];
  const isKnown = known.recent.length > 0 || known.requests.length > 0;
  const [page, profiles, outcomes, act] = await Promise.all([
    decisionsPage(visit, decisionSources(asked, known)),
    profileRowsOf(visit, email, known),
    Promise.all(email === undefined ? [] : visitorsOf(visit, email, known).map((visitor) => listAnswer(visit, visitor))),
    email === undefined ? null : actOn({ visit, email, known }),
  ]);
  return await visit.page(
    shortened(email ?? asked.account, 80),
    <>
      {page.later ? null : <DoneNote words={visit.done(t.done)} />}
      {await writtenSet(visit)}
      {facts.length === 0 ? null : <Facts facts={facts} />}
      {outcomes.length === 0 ? null : (
        <>
          <h2>{t.today}</h2>
          <p class="hint">{t.todayHint}</p>
          {outcomes.map((outcome) => (
            <ListToday visit={visit} outcome={outcome} isKnown={isKnown} />
          ))}
          <p>
            <a href={`/access-list/check?${new URLSearchParams({ email: email ?? "" })}`}>{t.whatIf}</a>
          </p>
        </>
      )}
      {act}
      <h2>{t.decisions}</h2>
      <PersonDecisions visit={visit} page={page} />
      <h2>{t.requests}</h2>
      <Requests visit={visit} email={email} known={known} />
      <h2>{t.profile}</h2>
      <Profiles visit={visit} items={profiles} />
      {email === undefined ? null : (
        <p>
          <a href={`/audit?${new URLSearchParams({ person: email })}`}>{t.trail}</a>
        </p>
      )}
      {email === undefined && asked.identity === undefined ? null : <StoredData visit={visit} asked={asked} />}
    </>,
  );
}

function whoFacts(visit: Visit, { email }: PersonAsked): readonly Fact[] {
  const t = visit.say(peopleTexts);
  if (email === undefined) return [["", t.byAccount]];
  const mailbox = mailboxOf(email);
  return mailbox === email ? [] : [[t.ask, t.mailbox(visible(mailbox))]];
}

function knownFacts(visit: Visit, { addresses, accounts }: KnownPerson): readonly Fact[] {
  const t = visit.say(peopleTexts);
  const facts: readonly Fact[] = [
    [
      t.addresses,
      addresses.length === 0
        ? undefined
        : addresses.map((email) => (
            <>
              <PersonLink email={email} />{" "}
            </>
          )),
    ],
    [
      t.accounts,
      accounts.length === 0 ? undefined : (
        <ul>
          {accounts.map(({ id, issuers, proven }) => (
            <li>
              <a href={accountPath(id)}>{t.accountBy(visible(issuers.join(", ")))}</a>
              {proven ? null : <small> {t.unproven}</small>}
            </li>
          ))}
        </ul>
      ),
    ],
  ];
  return facts.filter(([, value]) => value !== undefined);
}

function AskForm({ visit, problem }: { readonly visit: Visit; readonly problem: string | undefined }) {
  const t = visit.say(peopleTexts);
  return (
    <form class="card narrow" method="get" action="/people">
      <p>
        <QueryField visit={visit} name="email" label={t.ask} problem={problem} required />
      </p>
      <button type="submit">{t.show}</button>
    </form>
  );
}

/** What an address asks for that names somebody. */
const whoAsks = { email: "any", account: "any" } as const;

export const routes: readonly ConsoleRoute[] = [
  {
    method: "GET",
    path: "/people",
    access: "Reader",
    asks: { ...whoAsks, reference: "any", gate: "any", set: "any" },
    handler: person,
  },
  { method: "POST", path: "/people/list", access: "Administrator", hidden: ["version"], handler: postEntry },
  { method: "GET", path: "/people/export.jsonl", access: "Administrator", asks: whoAsks, handler: exportPersonFile },
  { method: "GET", path: "/people/export", access: "Administrator", asks: whoAsks, handler: showPersonExport },
  { method: "GET", path: "/people/erase", access: "Administrator", asks: whoAsks, handler: showErase },
  { method: "POST", path: "/people/erase", access: "Administrator", handler: postErase },
];

/** What hands out or deletes all that is stored about somebody: pages, and the commands that do the same. */
function StoredData({ visit, asked }: { readonly visit: Visit; readonly asked: PersonAsked }) {
  const t = visit.say(peopleTexts);
  const who = asked.email ?? asked.account;
  if (!visit.may("Administrator")) return null;
  const word = shellWord(who);
  const place = visit.world.simulatorUrl === undefined ? "" : " --local";
  const command = (verb: string) => `npx --no-install entra-gatehouse person ${verb}${place} ${word ?? PERSON}`;
  return (
    <section class="card">
      <h2>{t.personalData}</h2>
      <p class="hint">{t.personalDataHint}</p>
      <p class="actions">
        <a class="button quiet" href={exportPath(asked)}>
          {t.exportLink}
        </a>
        <a class="button quiet" href={erasePath(asked)}>
          {t.eraseLink}
        </a>
      </p>
      <details>
        <summary>{t.commands}</summary>
        {word !== undefined ? null : <p>{t.typeInstead(PERSON, visible(who))}</p>}
        <dl>
          <dt>{t.exportLabel}</dt>
          <dd>
            <code>{command("export")}</code>
          </dd>
          <dt>{t.eraseLabel}</dt>
          <dd>
            <code>{command("erase")}</code>
          </dd>
        </dl>
        <p class="hint">{t.eraseHint}</p>
        <p class="hint">{t.stackHint}</p>
      </details>
    </section>
  );
}

/** Replaces a person's key that no command may name. */
const PERSON = "PERSON";

/**
 * One word of a shell's line; undefined where a shell, be it Windows' own, may take a part of it for a command. A person who asks to
 * sign up chooses the address.
 */
function shellWord(text: string): string | undefined {
  if (!/^[\w.+@:/'$=~!?*\p{L}\p{N}-]+$/u.test(text)) return undefined;
  const word = /^[\w.+@:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return text.startsWith("-") ? `-- ${word}` : word;
}

const PAGE_ROWS = 25;

/** Where a page of decisions begins: right after this one. */
type Place = Pick<DecisionRecord, "at" | "id">;

/** One page of a person's decisions, newest first, under any of their mailboxes and accounts. */
function decisionsPage(visit: Visit, sources: readonly DecisionSource[]): Promise<Paged<DecisionRecord>> {
  return pageAsked<DecisionRecord, Place>(visit, {
    rows: PAGE_ROWS,
    after: ({ at, id }) => ({ at, id }),
    read: (from) => readAfter(visit.world.decisions, sources, from),
  });
}

async function readAfter(store: Pick<DecisionStore, "newestOf">, sources: readonly DecisionSource[], from: Place | undefined) {
  const pages = await Promise.all(sources.map(([by, who]) => store.newestOf(by, who, PAGE_ROWS * 2, from?.at)));
  const all = new Map(pages.flatMap(({ records }) => records.map((record) => [record.id, record] as const)));
  // Of what is older than the end of one source's page, that source may have more.
  const horizon = pages.reduce((latest, { more = "" }) => (more > latest ? more : latest), "");
  const after = [...all.values()]
    .filter((record) => from === undefined || isBefore(from, record))
    .sort((one, other) => (isBefore(one, other) ? -1 : 1));
  const complete = after.filter(({ at }) => at > horizon);
  // A whole page of one moment: rather these than none.
  const items = complete.length > 0 ? complete : after;
  const { at, id } = items.at(-1) ?? { at: horizon, id: "\uffff" };
  const isOver = horizon === "" || (items.length === 0 && horizon === from?.at);
  return { items, ...(!isOver && { next: { at, id } }) };
}

/** Whether one comes before the other. */
function isBefore(one: Place, other: Place): boolean {
  return one.at === other.at ? one.id > other.id : one.at > other.at;
}
