import type { DecisionStore } from "../../../adapters/tables/decisions";
import { mailboxOf } from "../../../engine/access-list/spellings";
import { stateAt } from "../../../engine/approvals/state-at";
import { decisionWords } from "../../../engine/messages/operator/decisions";
import { partsOf } from "../../../engine/sign-up/email";
import { personIdOf } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Visit } from "../../app/visit";
import { DoneNote } from "../../editor/row-parts";
import { Avatar } from "../../parts/badge";
import { DomainLink } from "../../parts/domain-link";
import { gateName, hasGates } from "../../parts/gates";
import { type Paged, Pager, pageAsked, StalePage } from "../../parts/paging";
import { type Fact, Facts } from "../../parts/table";
import { TaskPanel } from "../../parts/tasks";
import { shortened, visible } from "../../parts/value";
import { writtenSet } from "../access-list/change-set-parts";
import { StateTag, Unreadable } from "../approvals/approvals-parts";
import { VerdictTag } from "../decisions/verdict-tag";
import { nameIn } from "../search/people-named";
import { actOn } from "./allow-or-deny";
import { type DecisionSource, decisionSources, type KnownPerson, knownPerson, type PersonAsked } from "./known-person";
import { listAnswer, visitorsOf } from "./list-today";
import { peopleTexts } from "./people-texts";
import { accountPath, PersonLink, personPath } from "./person-links";
import { IfTheyTriedNow, Profiles, profileRowsOf } from "./person-parts";
import { StoredData } from "./stored-data";
import { changesAbout, decisionHappening, type Happening, merged, Timeline } from "./timeline";
import { timelineTexts } from "./timeline-texts";

/** What the address of a person's page asks its timeline for. */
export const timelineViews = ["decisions", "changes"] as const;

/** Everything about one person, and what can be done about them. */
export async function personPage(visit: Visit, asked: PersonAsked): Promise<Response> {
  const t = visit.say(peopleTexts);
  const known = await knownPerson(visit, asked);
  const { email } = asked;
  const who = email ?? asked.account;
  const subject = email === undefined ? undefined : `person/${personIdOf(email, (await visit.world.hashes()).hashOf)}`;
  const task = subject === undefined ? undefined : await visit.world.tasks.get(subject);
  const [decisions, changes, profiles, outcomes, act] = await Promise.all([
    visit.query("show") === "changes" ? undefined : decisionsPage(visit, decisionSources(asked, known)),
    changesAbout(visit, email, known.requests, task),
    profileRowsOf(visit, email, known),
    Promise.all(email === undefined ? [] : visitorsOf(visit, email, known).map((visitor) => listAnswer(visit, visitor))),
    email === undefined ? null : actOn({ visit, email, known }),
  ]);
  return await visit.page(
    shortened(nameOf(known) ?? who, 80),
    <>
      {decisions?.later ? null : <DoneNote words={visit.done(t.done)} />}
      {await writtenSet(visit)}
      <Head visit={visit} asked={asked} known={known} />
      <Unreadable visit={visit} rows={known.unreadable} />
      <div class="person">
        <TimelinePart visit={visit} asked={asked} known={known} decisions={decisions} changes={changes} />
        <div class="panel">
          {email === undefined ? null : <IfTheyTriedNow visit={visit} email={email} outcomes={outcomes} known={known} />}
          {act}
          <Who visit={visit} asked={asked} known={known}>
            <Profiles visit={visit} items={profiles} />
          </Who>
          {subject === undefined ? null : <TaskPanel visit={visit} subject={subject} task={task} />}
          {email === undefined && asked.identity === undefined ? null : (
            <StoredData visit={visit} asked={asked} known={known} profiles={profiles.length} />
          )}
        </div>
      </div>
    </>,
    { head: null },
  );
}

/** As they gave it with a request; undefined while none holds one. */
function nameOf({ requests }: KnownPerson): string | undefined {
  return requests.map(({ attributes }) => nameIn(attributes)).find((name) => name !== undefined);
}

interface PersonProps {
  readonly visit: Visit;
  readonly asked: PersonAsked;
  readonly known: KnownPerson;
}

/** Who it is, how they come, and where they stand. */
function Head({ visit, asked: { email, account }, known }: PersonProps) {
  const t = visit.say(peopleTexts);
  const name = nameOf(known);
  const [last] = known.recent;
  const title = name ?? email ?? account ?? "";
  const domain = email === undefined ? undefined : partsOf(email).domain;
  const issuers = last?.issuers ?? known.requests[0]?.identities.map(({ issuer }) => issuer) ?? [];
  const line = [
    ...(name === undefined || email === undefined ? [] : [shortened(email, 80)]),
    ...(issuers.length === 0 ? [] : [t.signedInWith(visible(issuers.join(", ")))]),
    ...(hasGates(visit) && last !== undefined ? [gateName(visit, last.gate)] : []),
  ];
  const states = [...new Set(known.requests.map((request) => stateAt(request, visit.now)))];
  return (
    <>
      <nav aria-label={t.path} class="crumbs">
        <a href="/people">{t.people}</a> {domain === undefined ? null : <DomainLink domain={domain} />}
      </nav>
      <header class="card entity-head">
        <Avatar name={name ?? (email === undefined ? "" : partsOf(email).local)} />
        <div>
          <h1>
            <bdi class="value">{shortened(title, 80)}</bdi> {states.map((state) => [<StateTag visit={visit} state={state} />, " "])}
            {last === undefined ? null : <VerdictTag verdict={last.verdict} words={visit.say(decisionWords)} />}
          </h1>
          <p class="hint">
            <bdi class="value">{line.join(" · ")}</bdi>
          </p>
        </div>
        {email !== undefined && visit.may("Administrator") ? (
          <p class="actions">
            <a class="button quiet danger" href="#deny-note">
              {t.denyLink}
            </a>
            <a class="button" href="#act">
              {t.allowLink}
            </a>
          </p>
        ) : null}
      </header>
    </>
  );
}

interface TimelineProps extends PersonProps {
  /** Undefined where they are not asked for. */
  readonly decisions: DecisionsPage | undefined;
  readonly changes: readonly Happening[];
}

function TimelinePart({ visit, asked, known, decisions, changes }: TimelineProps) {
  const t = visit.say(timelineTexts);
  const p = visit.say(peopleTexts);
  const view = timelineViews.find((each) => each === visit.query("show"));
  const path = (show: Readonly<Record<string, string>>) =>
    asked.email === undefined ? `${accountPath(asked.account)}&${new URLSearchParams(show)}` : personPath(asked.email, show);
  const { length } = known.recent;
  const views = [
    { name: t.views.all, isHere: view === undefined, path: path({}) },
    {
      name: t.views.decisions,
      isHere: view === "decisions",
      path: path({ show: "decisions" }),
      count: length < COUNTED ? length : `${COUNTED}+`,
    },
    { name: t.views.changes, isHere: view === "changes", path: path({ show: "changes" }), count: changes.length },
  ];
  return (
    <section>
      <div class="page-head">
        <h2>{t.title}</h2>
        <nav aria-label={t.title}>
          <ul class="tabs">
            {views.map(({ name, isHere, path, count }) => (
              <li>
                <a href={path} aria-current={isHere ? "page" : undefined}>
                  {name} {count === undefined ? null : <span class="count">{count}</span>}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <span class="hint">{t.zone(visit.zone)}</span>
      </div>
      {decisions === undefined ? null : <StalePage visit={visit} page={decisions} />}
      <Timeline visit={visit} happenings={happeningsOn(visit, view, decisions, changes)} />
      {decisions === undefined ? null : <Pager visit={visit} page={decisions} />}
      {known.moreRequests && asked.email !== undefined ? (
        <p>
          {p.moreRequests} <a href={`/approvals?${new URLSearchParams({ q: asked.email })}`}>{p.allRequests}</a>
        </p>
      ) : null}
    </section>
  );
}

/** On a page of decisions stands what was done in the time that it covers. */
function happeningsOn(visit: Visit, view: string | undefined, page: DecisionsPage | undefined, changes: readonly Happening[]) {
  if (page === undefined) return changes;
  const decisions = page.items.map((record) => decisionHappening(visit, record));
  if (view === "decisions") return decisions;
  const oldest = page.next === undefined ? "" : (page.items.at(-1)?.at ?? "");
  return merged(
    decisions,
    changes.filter(({ at }) => at > oldest && (page.begin === undefined || at <= page.begin)),
  );
}

function Who({ visit, asked, known, children }: PersonProps & { readonly children?: unknown }) {
  const t = visit.say(peopleTexts);
  const { email } = asked;
  const mailbox = email === undefined ? undefined : mailboxOf(email);
  const locales = known.requests.find((request) => request.locales.length > 0)?.locales ?? [];
  const facts: readonly Fact[] = [
    [t.addresses, known.addresses.length === 0 ? undefined : known.addresses.map((each) => <PersonLink email={each} />)],
    [
      t.accounts,
      known.accounts.length === 0 ? undefined : (
        <ul>
          {known.accounts.map(({ id, issuers, proven }) => (
            <li>
              <a href={accountPath(id)}>{t.accountBy(visible(issuers.join(", ")))}</a>
              {proven ? null : <small> {t.unproven}</small>}
            </li>
          ))}
        </ul>
      ),
    ],
    [t.language, locales.map(visible).join(", ")],
    [t.profile, children],
  ] as readonly Fact[];
  return (
    <section>
      <h2>{t.who}</h2>
      {email === undefined ? <p class="hint">{t.byAccount}</p> : null}
      {mailbox === undefined || mailbox === email ? null : <p class="hint">{t.mailbox(visible(mailbox))}</p>}
      <Facts facts={facts} />
    </section>
  );
}

/** As many decisions are looked at to know somebody. */
const COUNTED = 100;
const PAGE_ROWS = 25;

/** Where a page of decisions begins: right after this one. */
type Place = Pick<DecisionRecord, "at" | "id">;

/** @see pageAsked */
interface DecisionsPage extends Paged<DecisionRecord> {
  /** The moment after which this page begins; undefined for the first. */
  readonly begin: string | undefined;
}

/** One page of a person's decisions, newest first, under any of their mailboxes and accounts. */
async function decisionsPage(visit: Visit, sources: readonly DecisionSource[]): Promise<DecisionsPage> {
  const begins: (string | undefined)[] = [];
  const page = await pageAsked<DecisionRecord, Place>(visit, {
    rows: PAGE_ROWS,
    after: ({ at, id }) => ({ at, id }),
    read: (from) => {
      begins.push(from?.at);
      return readAfter(visit.world.decisions, sources, from);
    },
  });
  return { ...page, begin: begins[0] };
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
