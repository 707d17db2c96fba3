import type { Child } from "hono/jsx";
import type { PersonPart, Visit } from "../../../console/app/visit";
import { OPEN_PARAMETER } from "../../../console/parts/beside";
import { Alert, ButtonLink } from "../../../console/parts/forms";
import { type Paged, Pager, pageAsked, StalePage } from "../../../console/parts/paging";
import { accountPath, PersonLink, pathOfPerson } from "../../../console/parts/person-links";
import { providerNames } from "../../../console/parts/provider-name";
import { shutOutsOf } from "../../../console/parts/shut-out";
import { type Fact, Facts } from "../../../console/parts/table";
import { TaskIfAny } from "../../../console/parts/tasks";
import { shortened, visible } from "../../../console/parts/value";
import { personIdOf } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { mailboxOf } from "../../../engine/sign-up/spellings";
import { writtenSet } from "../../access-list/pages/change-set-parts";
import { Unreadable } from "../../approvals/pages/approvals-parts";
import { stateAt } from "../../approvals/state-at";
import { listAnswer } from "../../decisions/pages/list-answer";
import type { DecisionStore } from "../../decisions/store/decisions";
import type { SignUpWay } from "../store/sign-up-ways";
import { type DecisionSource, decisionSources, knownPerson, type PersonAsked, personAsked } from "./known-person";
import { hindranceOf, visitorsOf } from "./list-today";
import { peopleTexts as t } from "./people-texts";
import {
  ActLinks,
  Crumbs,
  givenName,
  IfTheyTriedNow,
  isListed,
  LifecycleNow,
  otherParts,
  PersonHead,
  type PersonProps,
} from "./person-parts";
import { SignUpWays, signUpWayTexts, waysOf } from "./sign-up-way";
import { changesAbout, decisionHappening, type Happening, merged, Timeline, timelineTexts } from "./timeline";

/** Shared by a person's page and the panel beside the list of people. */
async function aboutPerson(visit: Visit, asked: PersonAsked) {
  const known = await knownPerson(visit, asked);
  const { email } = asked;
  const subject = email === undefined ? undefined : `person/${personIdOf(email, (await visit.world.hashes()).hashOf)}`;
  const task = subject === undefined ? undefined : await visit.world.tasks.get(subject);
  const shutOuts = email === undefined ? [] : ((await shutOutsOf(visit, [email])).get(email) ?? []);
  const [changes, outcomes] = await Promise.all([
    changesAbout(visit, email, known, task, shutOuts),
    Promise.all(email === undefined ? [] : visitorsOf(visit, email, known).map((visitor) => listAnswer(visit, visitor))),
  ]);
  const handling = subject === undefined ? null : <TaskIfAny visit={visit} subject={subject} task={task} />;
  return { known, changes, shutOuts, outcomes, handling };
}

/** Everything about one person, and what can be done about them. */
export async function personPage(visit: Visit, asked: PersonAsked): Promise<Response> {
  const { known, changes, shutOuts, outcomes, handling } = await aboutPerson(visit, asked);
  const { email } = asked;
  // Somebody who waits, may come already or was let in last needs no entry first.
  const waits =
    known.recent[0]?.verdict === "continue" ||
    known.requests.some((request) => ["pending", "approved"].includes(stateAt(request, visit.now)));
  const [decisions, parts, ways, hindrance] = await Promise.all([
    decisionsPage(visit, decisionSources(asked, known)),
    otherParts(visit, asked, known),
    waysOf(visit, email),
    email === undefined ? undefined : hindranceOf(visit, email, known),
  ]);
  return await visit.page(
    shortened(givenName(known) ?? email ?? asked.account ?? "", 80),
    <>
      {decisions.later
        ? null
        : ((await writtenSet(visit)) ?? <Alert kind="good">{visit.done({ ...t.done, ...signUpWayTexts.done })}</Alert>)}
      <Crumbs email={email} />
      <PersonHead visit={visit} asked={asked} known={known} shutOuts={shutOuts} outcomes={outcomes} isPage>
        {email === undefined ? null : (
          <div class="actions">
            <ActLinks
              visit={visit}
              email={email}
              outcomes={outcomes}
              isFirst={!isListed(outcomes, "continue") && hindrance?.isBlocked === false && !waits}
            />
          </div>
        )}
      </PersonHead>
      <Unreadable rows={known.unreadable} />
      <div class="person">
        <TimelinePart visit={visit} asked={asked} known={known} decisions={decisions} changes={changes} />
        <div class="panel">
          <LifecycleNow visit={visit} asked={asked} known={known} shutOuts={shutOuts} />
          {email === undefined ? null : <IfTheyTriedNow visit={visit} outcomes={outcomes} known={known} />}
          {hindrance?.notes}
          <Who visit={visit} asked={asked} known={known} ways={ways} parts={parts} />
          {handling}
          <StoredData visit={visit} asked={asked} />
        </div>
      </div>
    </>,
    { head: null },
  );
}

/** Number of newest events that a panel shows. */
const SHOWN_HAPPENINGS = 8;

/** The person that the address opens beside the list; undefined if it opens none. */
export async function personPanel(visit: Visit): Promise<Child | undefined> {
  const asked = await personAsked(visit, visit.query(OPEN_PARAMETER));
  if (asked?.email === undefined) return undefined;
  const { known, changes, shutOuts, outcomes, handling } = await aboutPerson(visit, asked);
  const decisions = known.recent.slice(0, SHOWN_HAPPENINGS).map((record) => decisionHappening(visit, record, asked.email));
  const path = pathOfPerson(asked);
  return (
    <>
      <PersonHead visit={visit} asked={asked} known={known} shutOuts={shutOuts} outcomes={outcomes} />
      <LifecycleNow visit={visit} asked={asked} known={known} shutOuts={shutOuts} />
      <IfTheyTriedNow visit={visit} outcomes={outcomes} known={known} />
      <section>
        <h2>{timelineTexts.title}</h2>
        <Timeline visit={visit} happenings={merged(decisions, changes).slice(0, SHOWN_HAPPENINGS)} />
      </section>
      {handling}
      <footer>
        <ButtonLink path={path} text={t.open} class="button" />
        <ActLinks visit={visit} email={asked.email} outcomes={outcomes} />
      </footer>
    </>
  );
}

interface TimelineProps extends PersonProps {
  readonly decisions: DecisionsPage;
  readonly changes: readonly Happening[];
}

function TimelinePart({ visit, asked, known, decisions, changes }: TimelineProps) {
  return (
    <section>
      <h2>{timelineTexts.title}</h2>
      <StalePage page={decisions} />
      <Timeline visit={visit} happenings={happeningsOn({ visit, asked, decisions, changes })} />
      <Pager visit={visit} page={decisions} />
      {known.moreRequests && asked.email !== undefined ? (
        <p>
          {t.moreRequests} <a href={`/approvals?${new URLSearchParams({ q: asked.email })}`}>{t.allRequests}</a>
        </p>
      ) : null}
    </section>
  );
}

/** A page of decisions has what was done in the time that it covers. */
function happeningsOn({ visit, asked, decisions: page, changes }: Omit<TimelineProps, "known">) {
  const oldest = page.next === undefined ? "" : (page.items.at(-1)?.at ?? "");
  return merged(
    page.items.map((record) => decisionHappening(visit, record, asked.email)),
    changes.filter(({ at }) => at > oldest && (page.begin === undefined || at <= page.begin)),
  );
}

function Who({ visit, asked, known, ways, parts }: WhoProps) {
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
              <a href={accountPath(id)}>{providerNames(issuers)}</a>
              {proven ? null : <small> {t.unproven}</small>}
            </li>
          ))}
        </ul>
      ),
    ],
    [signUpWayTexts.label, email === undefined || ways.length === 0 ? undefined : <SignUpWays visit={visit} email={email} ways={ways} />],
    [t.language, locales.map(visible).join(", ")],
    ...parts.map(({ name, content }): Fact => [name, content]),
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

interface WhoProps extends PersonProps {
  readonly ways: readonly SignUpWay[];
  readonly parts: readonly PersonPart[];
}

/** The pages that hand out what is stored about somebody, or delete it. */
function StoredData({ visit, asked }: Omit<PersonProps, "known">) {
  if (!visit.may("Administrator") || (asked.email === undefined && asked.identity === undefined)) return null;
  return (
    <section>
      <h2>{t.personalData}</h2>
      <p class="actions">
        <ButtonLink path={pathOfPerson(asked, "/export.jsonl")} text={t.exportLink} />
        <ButtonLink path={pathOfPerson(asked, "/erase")} text={t.eraseLink} class="button quiet danger" />
      </p>
    </section>
  );
}

const DECISIONS_A_PAGE = 25;

type Place = Pick<DecisionRecord, "at" | "id">;

interface DecisionsPage extends Paged<DecisionRecord> {
  /** The moment after which this page begins; undefined for the first. */
  readonly begin: string | undefined;
}

/** One page of a person's decisions, newest first, under any of their mailboxes and accounts. */
async function decisionsPage(visit: Visit, sources: readonly DecisionSource[]): Promise<DecisionsPage> {
  const begins: (string | undefined)[] = [];
  const page = await pageAsked<DecisionRecord, Place>(visit, {
    rows: DECISIONS_A_PAGE,
    after: ({ at, id }) => ({ at, id }),
    read: (from) => {
      begins.push(from?.at);
      return readAfter(visit.world.decisions, sources, from);
    },
  });
  return { ...page, begin: begins[0] };
}

async function readAfter(store: Pick<DecisionStore, "newestOf">, sources: readonly DecisionSource[], from: Place | undefined) {
  const pages = await Promise.all(sources.map(([by, who]) => store.newestOf(by, who, DECISIONS_A_PAGE * 2, from?.at)));
  const all = new Map(pages.flatMap(({ records }) => records.map((record) => [record.id, record] as const)));
  // A source may have more records that are older than the end of its page.
  const horizon = pages.reduce((latest, { more = "" }) => (more > latest ? more : latest), "");
  const after = [...all.values()]
    .filter((record) => from === undefined || isBefore(from, record))
    .sort((one, other) => (isBefore(one, other) ? -1 : 1));
  const complete = after.filter(({ at }) => at > horizon);
  // A whole page of the same moment is shown rather than nothing.
  const items = complete.length > 0 ? complete : after;
  const { at, id } = items.at(-1) ?? { at: horizon, id: "\uffff" };
  const isOver = horizon === "" || (items.length === 0 && horizon === from?.at);
  return { items, ...(!isOver && { next: { at, id } }) };
}

function isBefore(one: Place, other: Place): boolean {
  return one.at === other.at ? one.id > other.id : one.at > other.at;
}
