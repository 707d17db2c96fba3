import type { Visit } from "../../../console/app/visit";
import { BackLink, refusalPage } from "../../../console/parts/back-link";
import { domainPath } from "../../../console/parts/domain-link";
import { ErrorSummary, type FormProblem, InputField, isWordTyped, PostForm, SubmitButton } from "../../../console/parts/forms";
import { countText, visible } from "../../../console/parts/value";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { DecisionStore } from "../../decisions/store/decisions";
import type { Incident } from "../incident";
import { readMarks, type Selection } from "../selection";
import { incidentPersonId } from "../shut-out";
import { incidentObjection } from "../steps";
import { countSelected, openIncident, type SelectionCounts } from "../store/select";
import { AllowedBy, dryRunOf, LIST_ONLY, PeopleTable, SelectionFacts, takeStep } from "./incident-parts";
import { incidentTexts as t } from "./incidents-texts";

export const INCIDENTS_PATH = "/incidents";
/** Where all incidents are: among the changes. */
export const ALL_PATH = "/audit?action=incidents";
/** Decisions that a page reads in its time. A command reads any number. */
const MOST_DECISIONS = 5_000;
/** Each day is asked for by itself. */
const MOST_DAYS = 31;
/** Of a domain, who was let in lately may be shut out without a second person. */
export const LATELY_DAYS = 2;
/** People who can be left out: nobody looks through more. */
const SHOWN = 500;

/** Of the form: who stays ticked, who had a box, the word, and whether the domain is denied. */
const [TICKED, BOXED, WORD, DOMAIN_TOO] = ["person", "boxed", "word", "deny-domain"];

/** What a list of decisions can be narrowed by that says how people got in. */
const marks = ["gate", "domain", "provider", "entry"] as const;

export const shutOutFields = ["from", "to", ...marks, BOXED];

export function incidentPath(id: string): string {
  return `${INCIDENTS_PATH}?id=${encodeURIComponent(id)}`;
}

/** Where the people that a domain sent lately are shut out. @param from ISO 8601 @default some days ago */
export function shutOutPath(domain: string, from?: string): string {
  return `${INCIDENTS_PATH}?${new URLSearchParams({ ...(from !== undefined && { from }), domain })}`;
}

export function refuse(visit: Visit, title: string, why: string, status: 400 | 404): Promise<Response> {
  return refusalPage(visit, { title, why, back: { path: ALL_PATH, text: t.back }, status });
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

/** Of a domain, what is not said is the last days. Undefined if the times, or what narrows them, are invalid. */
function selectionIn({ now }: Visit, read: (name: string) => string): Selection | undefined {
  const usual = read("domain") === "" ? undefined : { from: new Date(now.getTime() - LATELY_DAYS * MS_PER_DAY), to: now };
  const timeOf = (name: "from" | "to") => (read(name) === "" ? usual?.[name].getTime() : Date.parse(read(name)));
  const [from, to] = [timeOf("from"), timeOf("to")];
  if (from === undefined || to === undefined || !(from <= to)) return undefined;
  const typed = Object.fromEntries(marks.flatMap((name) => (read(name) === "" ? [] : [[name, read(name)]])));
  try {
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), ...readMarks(typed) };
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The people that some decisions let in, and how. */
interface Found {
  readonly selection: Selection;
  readonly counts: SelectionCounts;
  /** By their hashes. */
  readonly people: ReadonlyMap<string, DecisionRecord>;
}

async function find(visit: Visit, selection: Selection): Promise<Found> {
  const people = new Map<string, DecisionRecord>();
  const counts = await countSelected(
    bounded(visit.world.decisions),
    selection,
    () => undefined,
    async (records) => {
      const before = people.size;
      for (const record of records) people.set(incidentPersonId(record) ?? "", record);
      return people.size - before;
    },
  );
  return { selection, counts, people };
}

/** What has to be typed. */
function wordOf({ domain }: Selection, people: number): string {
  return domain ?? String(people);
}

/** Previews the people that the decisions of a time let in, and asks whether to shut them out. Writes nothing. */
export async function shutOutPage(visit: Visit, read: (name: string) => string = visit.query, problems: readonly FormProblem[] = []) {
  const selection = selectionIn(visit, read);
  if (selection === undefined) return await refuse(visit, t.preview, t.wrongTime, 400);
  try {
    return await previewPage(visit, await find(visit, selection), problems);
  } catch (error) {
    if (!(error instanceof TooManyError)) throw error;
    return await tooMany(visit, selection, 200);
  }
}

async function previewPage(visit: Visit, found: Found, problems: readonly FormProblem[]): Promise<Response> {
  const { selection, counts } = found;
  const { domain } = selection;
  const people = countText(visit, counts.people);
  return await visit.page(
    domain === undefined ? t.letIn(people) : t.letInOf(visible(domain), people),
    <>
      <ErrorSummary title={t.nothingDone} problems={problems} />
      <AllowedBy visit={visit} people={[...found.people.values()]} />
      {counts.people > 0 && visit.may("Administrator") ? (
        <ShutOutForm visit={visit} found={found} problems={problems} dryRun={domain && (await dryRunOf(visit, domain))} />
      ) : (
        <PeopleTable people={rowsOf(found)} visit={visit} of={counts.people} />
      )}
      {counts.people === 0 ? <p>{t.nobody}</p> : null}
      <SelectionFacts visit={visit} found={{ ...counts, selection }} />
      {domain === undefined ? <BackLink path={ALL_PATH} text={t.back} /> : <BackLink path={domainPath(domain)} text={visible(domain)} />}
    </>,
    { status: problems.length === 0 ? 200 : 400 },
  );
}

interface FormProps {
  readonly visit: Visit;
  readonly found: Found;
  readonly problems: readonly FormProblem[];
  readonly dryRun: unknown;
}

/** Who is shut out, what that does, and the word that does it. */
function ShutOutForm({ visit, found, problems, dryRun }: FormProps) {
  const { selection, counts } = found;
  const { from, to, domain } = selection;
  const rows = rowsOf(found);
  const ticked = new Set(problems.length === 0 ? [] : visit.fields(TICKED));
  const [word, people] = [wordOf(selection, counts.people), countText(visit, counts.people)];
  const hidden = { from, to, ...Object.fromEntries(marks.map((name) => [name, selection[name] ?? ""])) };
  const { reachesAccounts = false } = visit.world;
  const problem = problems.length > 0 ? t.mistypedWord(visible(word)) : undefined;
  const asks = incidentObjection("act", draftOf(visit, found), visit.author, visit.now) === "second-person";
  const isKept = (field: string, usual: boolean) => (problems.length === 0 ? usual : visit.field(field) !== "");
  return (
    <PostForm visit={visit} action={`${INCIDENTS_PATH}/open`} hidden={{ ...hidden, [BOXED]: rows.map(({ person }) => person).join(" ") }}>
      <section class="card narrow">
        <h2>{t.actTitle}</h2>
        <p>{reachesAccounts ? t.actHint : t.actListHint}</p>
        {dryRun}
        {domain === undefined ? null : (
          <p>
            <label>
              <input type="checkbox" name={DOMAIN_TOO} value="1" checked={isKept(DOMAIN_TOO, true)} /> {t.denyDomain(visible(domain))}
            </label>
          </p>
        )}
        {reachesAccounts ? (
          <p>
            <label>
              <input type="checkbox" name={LIST_ONLY} value="yes" checked={isKept(LIST_ONLY, false)} /> {t.listOnly}
            </label>
          </p>
        ) : null}
        {asks ? <p class="hint">{t.askHint}</p> : null}
        <InputField id={WORD} label={t.type(visible(word))} problem={problem} autocapitalize="off" required />
        <p class="actions">
          <SubmitButton text={asks ? t.ask : domain === undefined ? t.shutOut(people) : t.denyAndShutOut(people)} class="danger" />
        </p>
      </section>
      <PeopleTable
        visit={visit}
        people={rows.map((row) => ({ ...row, isTicked: problems.length === 0 || ticked.has(row.person) }))}
        of={counts.people}
        ticks={TICKED}
      />
    </PostForm>
  );
}

/** Of which only what decides on a second person matters. */
function draftOf({ now, author }: Visit, { selection, counts }: Found): Incident {
  return { ...author, ...counts, selection, id: "", at: now.toISOString(), state: "open", expires: 0 };
}

function rowsOf({ people }: Found) {
  return [...people].slice(0, SHOWN).map(([person, { email, reference, at }]) => ({ person, email, reference, at }));
}

/** A command reads any number. */
function tooMany(visit: Visit, selection: Selection, status: 200 | 409): Promise<Response> {
  const { from, to } = selection;
  const only = marks.flatMap((name) => (selection[name] === undefined ? [] : [` --${name} '${selection[name].replaceAll("'", "'\\''")}'`]));
  const command = `npm run gate -- incident select --since ${from} --until ${to}${only.join("")}`;
  const content = (
    <>
      <p>{t.tooMany(MOST_DECISIONS.toLocaleString(visit.language))}</p>
      <p>
        <code>{command}</code>
      </p>
      <BackLink path={ALL_PATH} text={t.back} />
    </>
  );
  return visit.page(t.preview, content, { status });
}

/** Shuts out the people that stayed ticked, or asks for a second person where that takes one. */
export async function shutOut(visit: Visit): Promise<Response> {
  const asked = selectionIn(visit, visit.field);
  if (asked === undefined) return await refuse(visit, t.preview, t.wrongTime, 400);
  const selection = { ...asked, ...(asked.domain !== undefined && visit.field(DOMAIN_TOO) !== "" && { denyDomain: true }) };
  const ticked = new Set(visit.fields(TICKED));
  const without = new Set(
    visit
      .field(BOXED)
      .split(" ")
      .filter((person) => !ticked.has(person)),
  );
  const { decisions, incidents } = visit.world;
  try {
    const { counts } = await find(visit, asked);
    const word = wordOf(asked, counts.people);
    if (!isWordTyped(visit, WORD, word))
      return await shutOutPage(visit, visit.field, [{ field: WORD, text: t.mistypedWord(visible(word)) }]);
    const incident = await openIncident({ decisions: bounded(decisions), incidents }, selection, visit.author, visit.now, { without });
    const outcome = await takeStep(visit, "act", incident, true);
    return visit.goTo(`${incidentPath(incident.id)}&done=${"done" in outcome ? outcome.done : "opened"}`);
  } catch (error) {
    if (!(error instanceof TooManyError)) throw error;
    return await tooMany(visit, asked, 409);
  }
}
