import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { Alert, ButtonLink } from "../../../console/parts/forms";
import { accountPath, DomainLink, PersonLink, pathOfPerson, readShutOuts } from "../../../console/parts/links";
import { JustDone } from "../../../console/parts/people-results";
import { type Fact, Facts } from "../../../console/parts/table";
import { TaskIfAny } from "../../../console/parts/tasks";
import { providerNames, shortenText, visible } from "../../../console/parts/value";
import { OPEN_PARAMETER } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { currentLines, mailSubjects } from "../../../engine/mail/mail-line";
import { accountKeys } from "../../../engine/sign-up/account-key";
import { splitAddress } from "../../../engine/sign-up/email";
import { buildPersonId } from "../../../engine/sign-up/person";
import { renderWrittenSet } from "../../access-list/pages/change-set-parts";
import { Unreadable } from "../../approvals/pages/approvals-parts";
import { omitUntrue } from "../../approvals/returned-mails";
import { CloserEntry, isListed } from "../../decisions/pages/list-answer";
import { MailAlert, mailsFact } from "../../mails/pages/mail-alert";
import { listPersonSubjects } from "../../mails/words";
import { personWorkAlert } from "../../unfinished/pages/work-alert";
import { AnswersFor } from "./job-page";
import { rowsNow } from "./lifecycle-rows";
import { noTries, readTries } from "./list-answers";
import { peopleTexts as t } from "./people-texts";
import { actLinks, findWaitingRequest, givenName, ifTheyTriedNow, lifecycleNow, PersonHead, type PersonShown } from "./person-parts";
import { type KnownPerson, knownPerson, type PersonAsked, personIds, readPerson } from "./read-person";
import { readSignUpWays, signUpWays, signUpWayTexts } from "./sign-up-way";
import { readHappenings, Timeline, timelineTexts } from "./timeline";

async function aboutPerson(visit: Visit, askedPerson: PersonAsked) {
  const personRecords = await knownPerson(visit, askedPerson);
  const { email } = askedPerson;
  const subject = email === undefined ? undefined : `person/${buildPersonId(email, (await visit.world.hashes()).hashOf)}`;
  const task = subject === undefined ? undefined : await visit.world.tasks.get(subject);
  const shutOuts = email === undefined ? [] : ((await readShutOuts(visit, [email])).get(email) ?? []);
  const [happenings, tried, mails] = await Promise.all([
    readHappenings(visit, askedPerson, personRecords, task, shutOuts),
    email === undefined ? noTries : readTries(visit, email, personRecords),
    readMails(visit, personRecords, subject),
  ]);
  const handling = subject === undefined ? null : <TaskIfAny visit={visit} subject={subject} task={task} />;
  return { person: { visit, asked: askedPerson, known: personRecords, shutOuts, mails, ...tried }, happenings, handling };
}

/** @param task the subject of the task about the person */
async function readMails(
  { world, now }: Visit,
  { requests, accountRows, recent }: KnownPerson,
  task: string | undefined,
): Promise<PersonShown["mails"]> {
  const subjects = listPersonSubjects({ requests, accounts: accountRows, decisions: recent });
  const lines = await world.mailLines(task === undefined ? subjects : [...subjects, mailSubjects.task(task)]);
  return [...omitUntrue(lines, requests, now).values()];
}

function mailAlerts({ visit, mails }: PersonShown) {
  return mails.map((lines) => <MailAlert visit={visit} lines={lines} />);
}

export async function personPage(visit: Visit, askedPerson: PersonAsked): Promise<Response> {
  const { person, happenings, handling } = await aboutPerson(visit, askedPerson);
  const { known, outcomes } = person;
  const { closer } = person.allowing;
  const { email } = askedPerson;
  const facts = await readPersonFacts(person);
  const { verdict = "block" } = known.recent[0] ?? {};
  // An allow is the page's main action (`isFirst`), unless the person is already allowed, let in or waiting, or has a request or an
  // account.
  const waits = verdict !== "block" || rowsNow(visit, known).length > 0;
  const isFirst = !isListed(outcomes, "continue") && !waits;
  return await visit.page(
    shortenText(givenName(known) ?? email ?? askedPerson.account ?? "", 80),
    <>
      <JustDone visit={visit} />
      {(await renderWrittenSet(visit)) ?? <Alert kind="good">{visit.done({ ...t.done, ...signUpWayTexts.done })}</Alert>}
      <nav aria-label={t.path} class="crumbs">
        <a href="/people">{frameTexts.people}</a> {email === undefined ? null : <DomainLink domain={splitAddress(email).domain} />}
      </nav>
      <PersonHead person={person} isPage>
        {email === undefined ? null : <div class="actions">{actLinks(person, email, isFirst)}</div>}
      </PersonHead>
      <Unreadable rows={known.unreadable} />
      {await personWork(visit, known)}
      <div class="person">
        <section>
          <h2>{timelineTexts.title}</h2>
          <Timeline visit={visit} happenings={happenings.slice(0, MOST_HAPPENINGS)} />
          {email !== undefined && (happenings.length > MOST_HAPPENINGS || known.moreRequests) ? (
            <p>
              <a href={`/decisions?${new URLSearchParams({ q: email })}`}>{t.allDecisions}</a>{" "}
              <a href={`/approvals?${new URLSearchParams({ q: email })}`}>{t.allRequests}</a>
            </p>
          ) : null}
          {storedData(visit, askedPerson)}
        </section>
        <div class="panel">
          {mailAlerts(person)}
          {lifecycleNow(person)}
          {email === undefined ? null : ifTheyTriedNow(person)}
          {closer && <CloserEntry visit={visit} closer={closer} />}
          {facts.length === 0 ? null : (
            <section>
              <h2>{t.who}</h2>
              <Facts facts={facts} />
            </section>
          )}
          {email === undefined ? null : <AnswersFor visit={visit} email={email} />}
          {handling}
        </div>
      </div>
    </>,
    { head: null },
  );
}

async function personWork(visit: Visit, { requests, accountRows, recent }: PersonShown["known"]) {
  return await personWorkAlert(visit, { requests, accountRows, decisions: recent });
}

const MOST_HAPPENINGS = 50;
const PANEL_HAPPENINGS = 8;

export async function personPanel(visit: Visit): Promise<Child | undefined> {
  const askedPerson = await readPerson(visit, visit.query(OPEN_PARAMETER));
  if (askedPerson?.email === undefined) return undefined;
  const { person, happenings, handling } = await aboutPerson(visit, askedPerson);
  return (
    <>
      <PersonHead person={person} />
      {await personWork(visit, person.known)}
      {mailAlerts(person)}
      {lifecycleNow(person)}
      {ifTheyTriedNow(person)}
      <section>
        <h2>{timelineTexts.title}</h2>
        <Timeline visit={visit} happenings={happenings.slice(0, PANEL_HAPPENINGS)} />
        <Facts facts={[mailsFact(visit, person.mails.flatMap(currentLines))]} />
      </section>
      {handling}
      <footer>
        <ButtonLink
          path={pathOfPerson(askedPerson)}
          text={t.open}
          {...(findWaitingRequest(visit, person.known) === undefined && { class: "button" })}
        />
        {actLinks(person, askedPerson.email)}
      </footer>
    </>
  );
}

async function readPersonFacts({ visit, asked, known, mails }: PersonShown): Promise<readonly Fact[]> {
  const { email } = asked;
  const { addresses, accounts, requests, recent } = known;
  const keys = {
    email,
    accounts: requests.flatMap(({ identities }) => accountKeys(identities)),
    ids: asked.email === undefined ? asked.hashes : personIds(asked.email, await visit.world.hashes()),
  };
  const [ways, ...parts] = await Promise.all([
    readSignUpWays(visit, email),
    ...visit.features.map((feature) => feature.besidePerson?.(visit, keys)),
  ]);
  const locales = requests.find((request) => request.locales.length > 0)?.locales ?? [];
  const namedIssuers = recent[0]?.issuers ?? requests[0]?.identities.map(({ issuer }) => issuer) ?? [];
  const signedIn = accounts.map(({ id, issuers, proven }) => [
    <a href={accountPath(id)}>{providerNames(issuers)}</a>,
    proven ? " " : <small> {t.unproven}</small>,
  ]);
  const facts: readonly Fact[] = [
    [t.addresses, addresses.some((each) => each !== email) && addresses.map((each) => <PersonLink email={each} />)],
    [frameTexts.signedInWith, signedIn.length === 0 ? providerNames(namedIssuers) : signedIn],
    [signUpWayTexts.label, email !== undefined && ways.length > 0 && signUpWays(visit, email, ways)],
    [t.language, locales.map(visible).join(", ")],
    mailsFact(visit, mails.flatMap(currentLines)),
    ...parts.flatMap((part): readonly Fact[] => (part === undefined ? [] : [[part.name, part.content]])),
  ];
  return facts.filter(([, value]) => value !== undefined && value !== false && value !== "");
}

function storedData(visit: Visit, askedPerson: PersonAsked) {
  if (!visit.may("Administrator") || (askedPerson.email === undefined && askedPerson.identity === undefined)) return null;
  return (
    <section>
      <h2>{t.personalData}</h2>
      <p class="actions">
        <ButtonLink path={pathOfPerson(askedPerson, "/export.jsonl")} text={t.exportLink} />
        <ButtonLink path={pathOfPerson(askedPerson, "/erase")} text={t.eraseLink} />
      </p>
    </section>
  );
}
