import { toRow } from "../../../adapters/tables/item";
import type { Visit } from "../../../console/app/visit";
import { DomainLink, domainPath } from "../../../console/parts/domain-link";
import { Alert, ButtonLink, ErrorSummary, type FieldProblem, InputField, isWordTyped, PostForm } from "../../../console/parts/forms";
import { PageHead } from "../../../console/parts/page-head";
import { Moment, momentIn, momentText } from "../../../console/parts/time";
import { countText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { partsOf } from "../../../engine/sign-up/email";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { ConsequenceNotes, consequencesOf, FlipCounts } from "../../access-list/pages/consequences";
import { denyPath } from "../../access-list/pages/found";
import type { DecisionStore } from "../../decisions/store/decisions";
import { countValues, mostFrequent, readMarks, type Selection } from "../selection";
import { incidentPersonId } from "../shut-out";
import { incidentObjection, isKeepingOut, isOut } from "../steps";
import { countSelected, openIncident } from "../store/select";
import { burstOf, burstsLately, LATELY_DAYS } from "./bursts";
import { incidentNote, refuse } from "./incident-page";
import { incidentTexts as t } from "./incidents-texts";
import { allowedBy, howTheyCame, peopleTable, selectionFacts } from "./people-let-in";
import { newestIncidents } from "./people-out";
import { INCIDENTS_PATH, incidentPath, tryStep } from "./take-step";

/** Decisions that a page reads in its time. A command reads any number. */
const MOST_DECISIONS = 5_000;
/** Each day is asked for by itself. */
const MOST_DAYS = 31;
/** People who can be left out. More are too many to look through. */
const SHOWN = 500;

/** Fields of the form: people still ticked, people with a box, the word, and whether the domain is denied. */
const [TICKED, BOXED, WORD, DOMAIN_TOO] = ["person", "boxed", "word", "deny-domain"];

/** Filters of a list of decisions that say how people got in. */
const marks = ["gate", "domain", "provider", "entry"] as const;

export const shutOutFields = ["from", "to", ...marks, BOXED];

/** Parameters of the preview's address. */
export const shutOutAsks = { from: "any", to: "any", gate: "gates", domain: "any", provider: "any", entry: "any" } as const;

/** The page for shutting out a domain's recent people. @param from ISO 8601 @default some days ago */
export function shutOutPath(domain: string, from?: string): string {
  return `${INCIDENTS_PATH}?${new URLSearchParams({ ...(from !== undefined && { from }), domain })}`;
}

/** Found in place of a plain deny. */
export function shutOutHit(domain: string) {
  return { path: shutOutPath(domain), insteadOf: denyPath(domain) };
}

class TooManyError extends Error {}

/** The same decisions, as many as a page can read in its time. */
function bounded(decisions: DecisionStore): Pick<DecisionStore, "page" | "whole"> {
  let read = 0;
  return {
    async page(search, place) {
      if (search.to.getTime() - search.from.getTime() > MOST_DAYS * MS_PER_DAY) throw new TooManyError();
      const page = await decisions.page(search, place);
      read += page.items.length;
      if (read > MOST_DECISIONS) throw new TooManyError();
      return page;
    },
    whole: (keys) => decisions.whole(keys),
  };
}

/** For a domain, times that are left out mean the last days. Otherwise what is wrong with the address. */
function selectionIn({ now }: Visit, read: (name: string) => string): Selection | string {
  // Whole days, UTC, as the counts that lead here.
  const today = now.getTime() - (now.getTime() % MS_PER_DAY);
  const usual = read("domain") === "" ? undefined : { from: new Date(today - (LATELY_DAYS - 1) * MS_PER_DAY), to: now };
  const timeOf = (name: "from" | "to") => (read(name) === "" ? usual?.[name] : momentIn(read(name)));
  const [from, to] = [timeOf("from"), timeOf("to")];
  if (from === undefined || to === undefined || !(from <= to)) return t.wrongTime;
  const typed = Object.fromEntries(marks.flatMap((name) => (read(name) === "" ? [] : [[name, read(name)]])));
  try {
    return { from: from.toISOString(), to: to.toISOString(), ...readMarks(typed) };
  } catch (error) {
    if (error instanceof TypeError) return t.wrongMark;
    throw error;
  }
}

type Found = Awaited<ReturnType<typeof find>>;

/**
 * The people that some decisions let in, by their hashes, and how. It counts neither those who are shut out already nor `apart`, with
 * their domains: people of another item or an incident.
 */
async function find(visit: Visit, selection: Selection) {
  const people = new Map<string, DecisionRecord>();
  const apart = new Map<string, string>();
  const already = await shutOutAlready(visit, selection);
  const bursts = selection.domain === undefined ? await burstsLately(visit) : [];
  const offered = selection.domain === undefined ? [...bursts, ...already.by.map((incident) => incident.selection)] : [];
  const domains = new Set(offered.map(({ domain }) => domain));
  const counts = await countSelected(
    bounded(visit.world.decisions),
    selection,
    () => undefined,
    async (records) => {
      const before = people.size;
      for (const record of records) {
        const [person, { domain }] = [incidentPersonId(record) ?? "", partsOf(record.email ?? "@")];
        if (already.out.has(person)) continue;
        if (domains.has(domain)) apart.set(person, domain);
        else people.set(person, record);
      }
      return people.size - before;
    },
  );
  // Nobody of an hour or of a known domain is selected at first: most may be innocent.
  const isMeant = selection.domain !== undefined && (await burstOf(visit, selection.domain))?.usual === 0;
  return { ...already, selection, counts, people, apart, main: mainDomain(people, selection), word: selection.domain ?? t.word, isMeant };
}

/** The newest incidents that may have shut out people of a selection, the people they shut out, and the domain's last incident of any time. */
async function shutOutAlready(visit: Visit, { from, to, domain }: Selection) {
  const items = await newestIncidents(visit);
  const by = items.filter((incident) => {
    const { selection } = incident;
    const isSameDomain = domain === undefined || selection.domain === undefined || selection.domain === domain;
    return isKeepingOut(incident) && isSameDomain && selection.from <= to && selection.to >= from;
  });
  const out = await visit.world.incidents.find(by, isOut);
  return { by, out, last: items.find(({ selection }) => domain !== undefined && selection.domain === domain) };
}

/** Previews the people that the decisions of a time let in, and asks whether to shut them out. Writes nothing. */
export const shutOutPage = (visit: Visit) => ofSelection(visit, visit.query, (found) => previewPage(visit, found));

/** Finds the people of a selection, or explains why there are none or it is too large. The command has no limit. */
async function ofSelection(visit: Visit, read: (name: string) => string, answer: (found: Found) => Promise<Response>): Promise<Response> {
  const selection = selectionIn(visit, read);
  if (typeof selection === "string") return await refuse(visit, t.preview, selection, 400);
  try {
    return await answer(await find(visit, selection));
  } catch (error) {
    if (!(error instanceof TooManyError)) throw error;
    const { from, to } = selection;
    const only = marks.flatMap((name) =>
      selection[name] === undefined ? [] : [` --${name} '${selection[name].replaceAll("'", "'\\''")}'`],
    );
    const command = <code>{`npm run gate -- incident select --since ${from} --until ${to}${only.join("")}`}</code>;
    return await refuse(visit, t.preview, [t.tooMany(countText(visit, MOST_DECISIONS)), " ", command], read === visit.field ? 409 : 200);
  }
}

/** @param problem of what was sent */
async function previewPage(visit: Visit, found: Found, problem?: FieldProblem): Promise<Response> {
  const { selection, counts, by, apart } = found;
  const { domain } = selection;
  const [incident = found.last, ...others] = by;
  if (counts.people === 0 && incident !== undefined && others.length === 0) return visit.goTo(incidentPath(incident.id));
  const what = counts.people > 0 ? t.letIn(countText(visit, counts.people)) : by.length === 0 ? t.nobody : t.nobodyLeft;
  const subject = domain === undefined ? timeText(selection) : visible(domain);
  const title = domain === undefined ? subject : <DomainLink domain={domain} />;
  return await visit.page(
    `${subject}: ${what}`,
    <>
      {by.map((incident) => incidentNote(visit, incident, incidentPath(incident.id)))}
      {apart.size === 0 ? null : (
        <p class="hint">{t.apart(countText(visit, apart.size), [...new Set(apart.values())].map(visible).join(", "))}</p>
      )}
      <ErrorSummary title={frameTexts.notDone} problems={problem === undefined ? [] : [problem]} />
      {counts.people === 0 ? (
        <>
          <p>
            {t.during} <Moment at={selection.from} /> {t.until} <Moment at={selection.to} />.
          </p>
          {domain === undefined ? null : <ButtonLink path={domainPath(domain)} text={t.seeDomain(visible(domain))} class="button quiet" />}
        </>
      ) : visit.may("Administrator") ? (
        await shutOutForm(visit, found, problem)
      ) : (
        <>
          {howTheyCame(visit, [...found.people.values()])}
          {selectionFacts(visit, { ...counts, selection })}
          {peopleTable(visit, rowsOf(found), counts.people)}
        </>
      )}
    </>,
    { status: problem === undefined ? 200 : 400, head: <PageHead of={{ path: "/", text: t.inbox }} title={[title, `: ${what}`]} /> },
  );
}

function timeText({ from, to }: Selection): string {
  const isLong = Date.parse(to) - Date.parse(from) > MS_PER_HOUR;
  return isLong ? `${momentText(from)} ${t.until} ${momentText(to)}` : momentText(from);
}

/** A word that is no name is told apart from the sentence. */
function quoted({ word, selection }: Found): string {
  return selection.domain !== undefined ? visible(word) : `“${word}”`;
}

/** The domain that most people of an hour come from, if others are among them: those hardly belong to the attack. */
function mainDomain(people: ReadonlyMap<string, DecisionRecord>, selection: Selection) {
  const domains = [...people.values()].map(({ email = "@" }) => partsOf(email).domain);
  const [[domain, count] = ["", 0]] = mostFrequent(countValues(domains)).top;
  const isMain = selection.domain === undefined && domain !== "" && count < people.size && count * 2 >= people.size;
  return isMain ? { domain, count } : undefined;
}

const NEWEST = 5;

/** Evidence whether many sign-ups are an attack: their entries, and the newest people. @param first ISO 8601 */
export async function burstPanel(visit: Visit, domain: string, first: string) {
  const { decisions } = visit.world;
  const found = await decisions.page({ from: new Date(first), to: visit.now, having: { domain, verdict: "continue" } });
  const letIn = found.items.filter(({ email, verdict }) => verdict === "continue" && email?.endsWith(`@${domain}`));
  const newest = await decisions.whole(letIn.slice(0, NEWEST));
  return { newest, about: <section>{allowedBy(visit, newest, newest.length, newest[0]?.at)}</section> };
}

async function dryRunOf(visit: Visit, domain: string) {
  const current = await visit.world.accessList.get(domain);
  const rows = [{ before: current && toRow(current), after: { entry: domain, effect: "deny" } }];
  const { flips, ...consequences } = await consequencesOf(visit, rows, { isJudged: true });
  return (
    <>
      <ConsequenceNotes visit={visit} consequences={{ ...consequences, flips: undefined }} />
      {flips === undefined ? null : <FlipCounts visit={visit} flips={flips} edited={domain} />}
    </>
  );
}

/** The people, the effect, and the word to type. @param problem of what was sent; undefined if nothing was sent */
async function shutOutForm(visit: Visit, found: Found, problem: FieldProblem | undefined) {
  const { selection, counts, main } = found;
  const ticked = new Set(visit.fields(TICKED));
  const rows = rowsOf(found).map((row) => ({ ...row, isTicked: problem === undefined ? row.isTicked : ticked.has(row.person) }));
  const { from, to } = selection;
  const hidden = { from, to, ...Object.fromEntries(marks.map((name) => [name, selection[name] ?? ""])) };
  return (
    <PostForm
      visit={visit}
      class="with-side"
      action={`${INCIDENTS_PATH}/open`}
      hidden={{ ...hidden, [BOXED]: rows.map(({ person }) => person).join(" ") }}
    >
      {/* First in the form: Enter elsewhere presses the form's first button, but none in the table of people. */}
      {await actCard(visit, found, rows.length, problem)}
      <div id={TICKED}>
        {main === undefined ? null : (
          <Alert kind="warn">
            {t.mostOf(countText(visit, main.count), countText(visit, counts.people), visible(main.domain))}{" "}
            <a href={shutOutPath(main.domain, from)}>{t.onlyOf(visible(main.domain))}</a>
          </Alert>
        )}
        {howTheyCame(visit, [...found.people.values()])}
        {selectionFacts(visit, { ...counts, selection })}
        {peopleTable(visit, rows, counts.people, TICKED)}
      </div>
    </PostForm>
  );
}

/** Says what shutting out does, with the button that does it. @param boxes number of people who can be left out */
async function actCard(visit: Visit, found: Found, boxes: number, problem: FieldProblem | undefined) {
  const { selection, counts, isMeant } = found;
  const { domain } = selection;
  const isDenied = domain !== undefined && (await visit.world.accessList.effects([domain], visit.now)).get(domain) === "deny";
  const toDeny = isDenied ? undefined : domain;
  const isFirst = problem === undefined;
  const ofWord = problem?.field === WORD ? problem.text : undefined;
  const { reachesAccounts = false } = visit.world;
  const draft = { ...visit.author, ...counts, selection, id: "", at: visit.now.toISOString(), state: "open", expires: 0 } as const;
  const asks = incidentObjection("act", draft, visit.author, visit.now) === "second-person";
  return (
    <section class="card first">
      <h2>{t.steps.act}</h2>
      <p>{t.actHint(reachesAccounts)}</p>
      {toDeny === undefined ? null : (
        <>
          <p>
            <label class="tick">
              <input type="checkbox" name={DOMAIN_TOO} value="yes" checked={isFirst || visit.field(DOMAIN_TOO) !== ""} />{" "}
              {t.denyDomain(visible(toDeny))}
            </label>
          </p>
          {await dryRunOf(visit, toDeny)}
          <p class="hint spared">{t.spared}</p>
        </>
      )}
      {asks ? <p class="hint">{t.askHint}</p> : null}
      <InputField
        id={WORD}
        label={frameTexts.typeWord(quoted(found))}
        // A wrong word is cleared.
        value={ofWord === undefined ? visit.field(WORD) : ""}
        problem={ofWord}
        autocapitalize="off"
        autofocus={isMeant && isFirst}
        required
      />
      <p class="actions">
        <button type="submit" class="danger">
          <span>
            {asks && isMeant ? t.steps.ask : toDeny === undefined ? t.shutOut : t.denyAndShutOut}
            {/* Scripts count the ticked boxes, if all people have one. */}
            {asks ? null : (
              <span data-number={isMeant && boxes < counts.people ? undefined : ""}>
                {isMeant ? ` ${countText(visit, counts.people)}` : ""}
              </span>
            )}
            <span class="hidden" data-chosen="" />
          </span>
        </button>
      </p>
    </section>
  );
}

function rowsOf({ people, isMeant }: Found) {
  const sorted = [...people].toSorted(([, a], [, b]) => (a.at < b.at ? 1 : -1));
  return sorted.slice(0, SHOWN).map(([person, record]) => ({ ...record, person, isTicked: isMeant }));
}

/** Shuts out the people who are still ticked, or asks for a second person if they are too many. */
export const shutOut = (visit: Visit) =>
  ofSelection(visit, visit.field, async (found) => {
    if (!isWordTyped(visit, WORD, found.word)) {
      return await previewPage(visit, found, { field: WORD, text: frameTexts.mistyped(quoted(found)) });
    }
    const { selection } = found;
    const whole = { ...selection, ...(selection.domain !== undefined && visit.field(DOMAIN_TOO) !== "" && { denyDomain: true }) };
    const ticked = new Set(visit.fields(TICKED));
    const boxed = new Set(visit.field(BOXED).split(" "));
    const left = [...found.people.keys()].filter((person) => (boxed.has(person) ? !ticked.has(person) : !found.isMeant));
    if (left.length === found.people.size) return await previewPage(visit, found, { field: TICKED, text: t.noneTicked });
    const without = new Set([...found.out, ...found.apart.keys(), ...left]);
    const { decisions, incidents } = visit.world;
    const incident = await openIncident({ decisions: bounded(decisions), incidents }, whole, visit.author, visit.now, { without });
    const { done = "opened" } = await tryStep(visit, "act", incident);
    return visit.goTo(`${incidentPath(incident.id)}&done=${done}`);
  });
