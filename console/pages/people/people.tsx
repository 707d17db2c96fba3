import { mailboxOf } from "../../../engine/access-list/spellings";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { DoneNote } from "../../editor/row-parts";
import { SearchRefusal } from "../../parts/error-summary";
import { type Fact, Facts } from "../../parts/facts";
import { QueryField } from "../../parts/query-field";
import { shortened, visible } from "../../parts/value";
import { writtenSet } from "../access-list/change-set-parts";
import { actOn, postEntry } from "./allow-or-deny";
import { postErase, showErase } from "./erase-person";
import { exportPersonFile, showPersonExport } from "./export-person";
import { decisionSources, type KnownPerson, knownPerson, type PersonAsked, personAsked } from "./known-person";
import { knocksOf, listAnswer } from "./list-today";
import { peopleTexts } from "./people-texts";
import { decisionsPage } from "./person-decisions";
import { PersonLink } from "./person-link";
import { ListToday, PersonDecisions, Profiles, profileRowsOf, Requests } from "./person-parts";
import { accountPath } from "./person-path";
import { StoredData } from "./stored-data";

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
    Promise.all(email === undefined ? [] : knocksOf(visit, email, known).map((knock) => listAnswer(visit, knock))),
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
    asks: { ...whoAsks, reference: "any", gate: "any" },
    handler: person,
  },
  { method: "POST", path: "/people/list", access: "Administrator", handler: postEntry },
  { method: "GET", path: "/people/export.jsonl", access: "Administrator", asks: whoAsks, handler: exportPersonFile },
  { method: "GET", path: "/people/export", access: "Administrator", asks: whoAsks, handler: showPersonExport },
  { method: "GET", path: "/people/erase", access: "Administrator", asks: whoAsks, handler: showErase },
  { method: "POST", path: "/people/erase", access: "Administrator", handler: postErase },
];
