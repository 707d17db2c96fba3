import type { Reviewed } from "../../../adapters/operator/act";
import type { Visit } from "../../../console/app/visit";
import { Alert, ButtonLink, ErrorSummary, type FieldProblem, findFieldProblem, InputField, PostForm } from "../../../console/parts/forms";
import { DomainLink, domainPath } from "../../../console/parts/links";
import { PageHead } from "../../../console/parts/page-head";
import { UnreadableRows } from "../../../console/parts/paging";
import { type AskedWord, wordProblems } from "../../../console/parts/question";
import { Moment, momentText, readBegin, readEnd } from "../../../console/parts/time";
import { countText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { setEntry } from "../../access-list/acts/entries";
import { assessConsequences, ConsequenceNotes, FlipCounts } from "../../access-list/pages/consequences";
import { reviewEdit } from "../../access-list/pages/make-edit";
import { type OpenState, open } from "../acts/open";
import { readMarks, type Selection } from "../selection";
import { findBursts, LATELY_DAYS } from "./bursts";
import { incidentNote, refuse } from "./incident-page";
import { incidentTexts as t } from "./incidents-texts";
import { allowedBy, peopleOfSelection } from "./people-let-in";
import { INCIDENTS_PATH, incidentPath, tryStep } from "./take-step";

/** Limit of the decisions that a page can read in time. The command has no such limit. */
const MOST_DECISIONS = 5_000;
/** Limit of the days of a selection, because each day takes a query of its own. */
const MOST_DAYS = 31;
/** Limit of the people who are shown, each with a box to leave the person out. Nobody would look through more people. */
const SHOWN = 500;

/** Fields of the form: the people still ticked, the people with a box, the typed word, and the choice to deny the domain. */
const [TICKED, BOXED, WORD, DOMAIN_TOO] = ["person", "boxed", "word", "deny-domain"];

const marks = ["gate", "domain", "provider", "entry"] as const;

export const shutOutFields = ["from", "to", ...marks, BOXED];

/** Parameters of the preview's address. */
export const shutOutAsks = { from: "any", to: "any", gate: "gates", domain: "any", provider: "any", entry: "any" } as const;

/** The page's path. Without a time, the page selects the people who were let in during the last LATELY_DAYS. */
export function shutOutPath(domain: string): string {
  return `${INCIDENTS_PATH}?${new URLSearchParams({ domain })}`;
}

class TooManyError extends Error {}

function selectionIn({ now, zone }: Visit, read: (name: string) => string): Selection | string {
  // The last days begin at midnight UTC, because the counts that lead to this page have whole UTC days.
  const today = now.getTime() - (now.getTime() % MS_PER_DAY);
  const usual = read("domain") === "" ? undefined : { from: new Date(today - (LATELY_DAYS - 1) * MS_PER_DAY), to: now };
  const [typedFrom, typedTo] = [read("from"), read("to")];
  const from = typedFrom === "" ? usual?.from : readBegin(typedFrom, zone);
  const to = typedTo === "" ? usual?.to : readEnd(typedTo, zone);
  if (from === undefined || to === undefined || !(from <= to)) return t.wrongTime;
  const parameters = Object.fromEntries(marks.flatMap((name) => (read(name) === "" ? [] : [[name, read(name)]])));
  try {
    return { from: from.toISOString(), to: to.toISOString(), ...readMarks(parameters) };
  } catch (error) {
    if (error instanceof TypeError) return t.wrongMark;
    throw error;
  }
}

type Found = Awaited<ReturnType<typeof find>>;

async function find(visit: Visit, selection: Selection) {
  const { domain, from, to } = selection;
  if (Date.parse(to) - Date.parse(from) > MOST_DAYS * MS_PER_DAY) throw new TooManyError();
  let read = 0;
  const onRead = ({ length }: readonly unknown[]) => {
    read += length;
    if (read > MOST_DECISIONS) throw new TooManyError();
  };
  const [{ state, concerns }] = (await visit.review(open, [{ selection, onRead }], {})) as [Reviewed<OpenState>];
  const { people } = state.selected;
  // Ticks all boxes for a burst of a domain that nobody came from before. Otherwise ticks none: most of the people may be innocent.
  const isMeant = domain !== undefined && (await findBursts(visit, [domain]))[0]?.usual === 0;
  const sortedPeople = [...people].toSorted(([, a], [, b]) => (a.at < b.at ? 1 : -1));
  const rows = sortedPeople.slice(0, SHOWN).map(([person, facts]) => ({ ...facts, person, isTicked: isMeant }));
  return { selection, state, concerns, people, rows, isMeant };
}

/** The word to type: the domain or, without one, `t.word`. The label and the error show `t.word` in quotation marks. */
function makeWord({ domain }: Selection): AskedWord {
  const quotedWord = `“${t.word}”`;
  return {
    ...{ field: WORD, word: domain ?? t.word },
    ...(domain === undefined && { label: frameTexts.typeWord(quotedWord), mistyped: frameTexts.mistyped(quotedWord) }),
  };
}

/** Previews the selection, and asks whether to shut its people out. Writes nothing. */
export const shutOutPage = (visit: Visit) => readSelection(visit, visit.query, (foundSelection) => previewPage(visit, foundSelection));

/** If the selection is too large for a page, the answer shows the command, which has no such limit. */
async function readSelection(
  visit: Visit,
  read: (name: string) => string,
  answer: (foundSelection: Found) => Promise<Response>,
): Promise<Response> {
  const selection = selectionIn(visit, read);
  if (typeof selection === "string") return await refuse(visit, t.preview, selection, 400);
  try {
    return await answer(await find(visit, selection));
  } catch (error) {
    if (!(error instanceof TooManyError)) throw error;
    const { from, to, ...only } = selection;
    const options = Object.entries(only).map(([name, value]) => ` --${name} '${String(value).replaceAll("'", "'\\''")}'`);
    const command = <code>{`npm run gate -- incident select --since ${from} --until ${to}${options.join("")}`}</code>;
    return await refuse(visit, t.preview, [t.tooMany(countText(visit, MOST_DECISIONS)), " ", command], read === visit.field ? 409 : 200);
  }
}

/** The title says that there is nobody, the card that a second person is needed, and a note shows the incident with its Undo. */
const shownElsewhere: readonly string[] = ["nobody", "kept-out", "second-person"];

async function previewPage(visit: Visit, foundSelection: Found, problems: readonly FieldProblem[] = []): Promise<Response> {
  const { selection, state, concerns, people, rows } = foundSelection;
  const { domain, from, to } = selection;
  const { selected, keepingOut, unreadable } = state;
  const [incident, ...others] = keepingOut;
  if (people.size === 0 && incident !== undefined && others.length === 0) return visit.goTo(incidentPath(incident.id));
  const what = people.size > 0 ? t.letIn(countText(visit, people.size)) : keepingOut.length === 0 ? t.nobody : t.nobodyLeft;
  const isLong = Date.parse(to) - Date.parse(from) > MS_PER_HOUR;
  const subject = domain === undefined ? [from, ...(isLong ? [to] : [])].map(momentText).join(` ${t.until} `) : visible(domain);
  const title = domain === undefined ? subject : <DomainLink domain={domain} />;
  const tickedPeople = new Set(visit.fields(TICKED));
  const isTicked = (row: Found["rows"][number]) => (problems.length === 0 ? row.isTicked : tickedPeople.has(row.person));
  const mayAct = visit.may("Administrator");
  const peoplePart = await peopleOfSelection(visit, {
    ...selected,
    times: [...people.values()].map(({ at }) => at),
    items: rows.map((row) => ({ ...row, isTicked: isTicked(row) })),
    ...(mayAct && { ticks: TICKED }),
  });
  const more = people.size > rows.length ? <p class="hint">{t.more(countText(visit, people.size - rows.length))}</p> : null;
  return await visit.page(
    `${subject}: ${what}`,
    <>
      {keepingOut.map((each) => incidentNote(visit, each, incidentPath(each.id)))}
      <UnreadableRows ids={unreadable} />
      {concerns.map(({ code, text }) => (shownElsewhere.includes(code) ? null : <Alert kind="warn">{visible(text(momentText))}</Alert>))}
      <ErrorSummary title={frameTexts.notDone} problems={problems} />
      {people.size === 0 ? (
        <>
          <p>
            {t.during} <Moment at={from} /> {t.until} <Moment at={to} />.
          </p>
          {peoplePart}
          {domain === undefined ? null : <ButtonLink path={domainPath(domain)} text={t.seeDomain(visible(domain))} class="button quiet" />}
        </>
      ) : mayAct ? (
        <PostForm
          visit={visit}
          class="with-side"
          action={`${INCIDENTS_PATH}/open`}
          hidden={{
            ...{ from, to, ...Object.fromEntries(marks.map((name) => [name, selection[name] ?? ""])) },
            [BOXED]: rows.map(({ person }) => person).join(" "),
          }}
        >
          {/* First in the form: Enter elsewhere presses the form's first button, but none in the table of people. */}
          {await actCard(visit, foundSelection, problems)}
          <div id={TICKED}>{[peoplePart, more]}</div>
        </PostForm>
      ) : (
        [peoplePart, more]
      )}
    </>,
    { status: problems.length === 0 ? 200 : 400, head: <PageHead of={{ path: "/", text: t.inbox }} title={[title, `: ${what}`]} /> },
  );
}

const NEWEST = 5;

/** @param count the number of people let in, of whom the panel shows the newest @param first when the sign-ups began, ISO 8601 */
export async function burstPanel(visit: Visit, domain: string, count: number, first: string) {
  const { decisions } = visit.world;
  const page = await decisions.page({ from: new Date(first), to: visit.now, having: { domain, verdict: "continue" } });
  const letIn = page.items.filter(({ email, verdict }) => verdict === "continue" && email?.endsWith(`@${domain}`));
  const newest = await decisions.whole(letIn.slice(0, NEWEST));
  return { newest, about: <section>{allowedBy(visit, newest, count, newest[0]?.at)}</section> };
}

async function runDenyDryRun(visit: Visit, domain: string) {
  const { state } = await reviewEdit(visit, setEntry, { row: { entry: domain, effect: "deny" } });
  const { flips, ...consequences } = await assessConsequences(visit, state, { isJudged: true });
  return (
    <>
      <ConsequenceNotes visit={visit} consequences={{ ...consequences, flips: undefined }} />
      {flips === undefined ? null : <FlipCounts visit={visit} flips={flips} edited={domain} />}
    </>
  );
}

async function actCard(visit: Visit, { selection, concerns, people, rows, isMeant }: Found, problems: readonly FieldProblem[]) {
  const { domain } = selection;
  const isDenied = domain !== undefined && (await visit.world.accessList.denied([domain], visit.now)).has(domain);
  const toDeny = isDenied ? undefined : domain;
  const isFirst = problems.length === 0;
  const { field, word, label = frameTexts.typeWord(visible(word)) } = makeWord(selection);
  const problem = findFieldProblem(problems, field);
  const asks = concerns.some(({ code }) => code === "second-person");
  return (
    <section class="card first">
      <h2>{t.steps.act}</h2>
      <p>{t.actHint(visit.world.reachesAccounts === true)}</p>
      {toDeny === undefined ? null : (
        <>
          <p>
            <label class="tick">
              <input type="checkbox" name={DOMAIN_TOO} value="yes" checked={isFirst || visit.field(DOMAIN_TOO) !== ""} />{" "}
              {t.denyDomain(visible(toDeny))}
            </label>
          </p>
          {await runDenyDryRun(visit, toDeny)}
          <p class="hint spared">{t.spared}</p>
        </>
      )}
      {asks ? <p class="hint">{t.askHint}</p> : null}
      {/* A wrong word is cleared. */}
      <InputField
        {...{ id: field, label, problem, value: problem === undefined ? visit.field(field) : "" }}
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
              <span data-number={isMeant && rows.length < people.size ? undefined : ""}>
                {isMeant ? ` ${countText(visit, people.size)}` : ""}
              </span>
            )}
            <span class="hidden" data-chosen="" />
          </span>
        </button>
      </p>
    </section>
  );
}

/** Shuts out the people whose boxes are still ticked. If a second person has to confirm, asks for one instead. */
export const shutOut = (visit: Visit) =>
  readSelection(visit, visit.field, async (foundSelection) => {
    const { selection, state, people, isMeant } = foundSelection;
    const typingProblems = wordProblems(visit, makeWord(selection));
    if (typingProblems.length > 0) return await previewPage(visit, foundSelection, typingProblems);
    const tickedPeople = new Set(visit.fields(TICKED));
    const boxedPeople = new Set(visit.field(BOXED).split(" "));
    const meantPeople = [...people.keys()].filter((person) => (boxedPeople.has(person) ? tickedPeople.has(person) : isMeant));
    const input = { people: new Set(meantPeople), denyDomain: selection.domain !== undefined && visit.field(DOMAIN_TOO) !== "" };
    const opening = await visit.carryOut(open, { target: { selection }, input, state, answered: "all" });
    if (opening.kind !== "done") return await previewPage(visit, foundSelection, [{ field: TICKED, text: t.noneTicked }]);
    const { id } = opening.outcome;
    const { done = "opened" } = await tryStep(visit, "act", { id });
    return visit.goTo(`${incidentPath(id)}&done=${done}`);
  });
