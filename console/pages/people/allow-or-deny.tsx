import { type Item, toRow } from "../../../adapters/tables/item";
import { describeEntry, summary } from "../../../engine/access-list/describe-entry";
import { entryKey } from "../../../engine/access-list/entry";
import { type FileRow, readCells } from "../../../engine/access-list/files/row";
import { inMemory } from "../../../engine/access-list/files/workspace";
import { decisionWords } from "../../../engine/messages/operator/decisions";
import { entryWords } from "../../../engine/messages/operator/entries";
import { listProblemText } from "../../../engine/messages/operator/list-problems";
import { readReference } from "../../../engine/sign-up/call";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { MAX_TEXT_LENGTH } from "../../../engine/sign-up/text";
import type { Visit } from "../../app/visit";
import { withPlainLines } from "../../editor/cells";
import { versionOf } from "../../editor/row-writes";
import { Alert, described, ErrorSummary, FieldNotes, type FormProblem, problemOf, tooLong } from "../../parts/forms";
import { dateLocale } from "../../parts/time";
import { shortened, visible } from "../../parts/value";
import { entryPath } from "../access-list/access-list-parts";
import { entriesUnder, noteOf, plannedEdit, plannedEdits, planRows, writePlan } from "../access-list/access-list-write";
import { askFirst } from "../access-list/consequences";
import type { KnownPerson } from "./known-person";
import { listAnswer, visitorsOf } from "./list-today";
import { peopleTexts } from "./people-texts";
import { PersonLink, personPath } from "./person-links";
import { lastDayOf, spans, type UntilSpan, untilAsked } from "./until";

const effects = ["allow", "deny"] as const;
type Effect = (typeof effects)[number];

/** What somebody typed into a form that cannot be written. */
interface Typed {
  readonly effect: Effect;
  readonly span: string;
  readonly day: string;
  readonly note: string;
}

/** The rows that an allow or a deny of an address would replace. */
async function currentEntries(visit: Visit, email: string): Promise<readonly Item[]> {
  const entry = { kind: "address", email } as const;
  return [...(await entriesUnder(visit, [entryKey(entry, "allow"), entryKey(entry, "deny")])).values()];
}

/** Goes into the forms: who writes has seen these rows. */
function versionOfAll(current: readonly Item[]): string {
  return current.length === 0 ? "none" : current.map(versionOf).sort().join(".");
}

interface ActProps {
  readonly visit: Visit;
  readonly email: string;
  readonly known: KnownPerson;
}

/** The forms that let somebody in or keep them out, and what keeps these from working. */
export async function actOn({ visit, email, known }: ActProps) {
  const t = visit.say(peopleTexts);
  if (!visit.may("Administrator")) return null;
  const current = await currentEntries(visit, email);
  const reference = readReference(visit.query("reference"));
  const last = known.recent[0];
  const blocked = await blockedBy(visit, email, known);
  const typed = { span: "friday", day: "", note: reference === undefined ? "" : t.noteOf(reference) };
  return (
    <section id="act">
      <h2>{t.act}</h2>
      {blocked === undefined ? null : (
        <Alert kind="warn">
          {t.stillBlocked(visible(blocked.issuers.join(", ")), visible(blocked.entry), visit.say(decisionWords).levels[blocked.level])}{" "}
          <a href={entryPath(blocked.entry)}>
            <bdi class="value">{visible(blocked.entry)}</bdi>
          </a>
        </Alert>
      )}
      {last?.verdict === "continue" || last?.rule === undefined || last.rule === "access-list" ? null : (
        <p class="hint">{t.otherRule(shortened(last.rule, 40))}</p>
      )}
      <CurrentEntries visit={visit} current={current} />
      <Form visit={visit} email={email} version={versionOfAll(current)} typed={{ ...typed, effect: "allow" }} />
      <details>
        <summary>{t.deny}</summary>
        <Form visit={visit} email={email} version={versionOfAll(current)} typed={{ ...typed, effect: "deny", span: "never" }} />
      </details>
    </section>
  );
}

/** The entry that would still keep somebody out whose address is allowed. */
async function blockedBy(visit: Visit, email: string, known: KnownPerson) {
  const read = readCells({ entry: email, effect: "allow" });
  if (!read.ok) return undefined;
  const outcomes = await Promise.all(visitorsOf(visit, email, known).map((visitor) => listAnswer(visit, visitor, read.row)));
  const blocks = outcomes.flatMap(({ issuers, checked }) =>
    checked.flatMap(({ verdict, shadow, matches }) =>
      verdict === "block" && !shadow && matches[0] !== undefined ? [{ issuers, ...matches[0] }] : [],
    ),
  );
  return blocks[0];
}

function CurrentEntries({ visit, current }: { readonly visit: Visit; readonly current: readonly Item[] }) {
  if (current.length === 0) return null;
  return (
    <>
      <p>{visit.say(peopleTexts).replaced}</p>
      <ul>
        {current.map((item) => (
          <li>
            <a href={entryPath(String(item.entry?.S))}>
              <bdi class="value">{visible(String(item.entry?.S))}</bdi>
            </a>
            : <bdi class="value">{visible(summary(describeEntry(toRow(item), visit.now), visit.say(entryWords)))}</bdi>
          </li>
        ))}
      </ul>
    </>
  );
}

interface FormProps {
  readonly visit: Visit;
  readonly email: string;
  readonly version: string;
  readonly typed: Typed;
  /** Why it was not taken. */
  readonly problems?: readonly FormProblem[];
}

function Form({ visit, email, version, typed: { effect, span, day, note }, problems = [] }: FormProps) {
  const t = visit.say(peopleTexts);
  const [dayId, noteId] = [fieldId(effect, "day"), fieldId(effect, "note")];
  const [dayProblem, noteProblem] = [problemOf(problems, "day"), problemOf(problems, "note")];
  return (
    <form method="post" action="/people/list">
      {visit.formToken}
      <input type="hidden" name="email" value={email} />
      <input type="hidden" name="version" value={version} />
      <input type="hidden" name="gate" value={visit.query("gate") || visit.field("gate")} />
      <p class="hint">
        {t.actHint(visible(entryKey({ kind: "address", email }, effect)))} {effect === "deny" ? t.denyHint : ""}
      </p>
      <fieldset>
        <legend>{t.untilLegend}</legend>
        {spans.map((each) => (
          <p>
            <label>
              <input type="radio" name="span" value={each} checked={each === span} /> {spanText(visit, each)}
            </label>
          </p>
        ))}
        <input id={dayId} type="date" name="day" value={day} aria-label={t.otherDay} {...described(dayId, undefined, dayProblem)} />
        <FieldNotes id={dayId} hint={undefined} problem={dayProblem} />
      </fieldset>
      <p>
        <label for={noteId}>{t.note}</label>
        <input
          id={noteId}
          name="note"
          value={note}
          maxlength={MAX_TEXT_LENGTH}
          autocomplete="off"
          {...described(noteId, t.noteHint, noteProblem)}
        />
        <FieldNotes id={noteId} hint={t.noteHint} problem={noteProblem} />
      </p>
      <button type="submit" name="effect" value={effect} class={effect === "deny" ? "danger" : undefined}>
        {t[effect]}
      </button>
    </form>
  );
}

function fieldId(effect: Effect, field: string): string {
  return `${effect}-${field}`;
}

function spanText(visit: Visit, span: UntilSpan): string {
  const name = visit.say(peopleTexts).days[span];
  const day = lastDayOf(span, visit.now);
  return day === undefined ? name : `${name} (${dayText(visit, day)})`;
}

/** "Friday, 27 November 2026" @param day `2026-11-27` */
export function dayText({ language }: Visit, day: string): string {
  const style = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(dateLocale(language), style).format(new Date(`${day}T00:00:00Z`));
}

/** Writes an allow or a deny of somebody's address. */
export async function postEntry(visit: Visit): Promise<Response> {
  const t = visit.say(peopleTexts);
  const email = normaliseEmail(visit.field("email"));
  const effect = effects.find((each) => each === visit.field("effect"));
  // No form of ours sends such: what is not clearly one of the two is neither.
  if (email === undefined || effect === undefined) return await visit.page(t.title, <Alert>{t.notFound}</Alert>, { status: 400 });
  const typed: Typed = {
    effect,
    span: visit.field("span"),
    day: visit.field("day").trim(),
    note: withPlainLines(visit.field("note")).trim(),
  };
  const current = await currentEntries(visit, email);
  const refuse = (problem: FormProblem, status: 400 | 409, now = current) =>
    refused({ visit, email, version: versionOfAll(now), typed }, now, problem, status);
  if (versionOfAll(current) !== visit.field("version")) return await refuse(t.conflict, 409);
  const until = untilAsked(typed.span, typed.day, visit.now);
  if (!until.ok) return await refuse({ field: "day", text: t.badDay }, 400);
  const long = tooLong(visit, typed.note);
  if (long !== undefined) return await refuse({ field: "note", text: long }, 400);
  const { note } = typed;
  const read = readCells({ entry: email, effect, note, ...(until.day !== undefined && { expiresAt: until.day }) });
  if (!read.ok) return await refuse(`${t.badAddress} ${listProblemText(visit.language, read.problems.join("; "))}`, 400);
  const rows = inMemory.groups<FileRow>("written");
  rows.add(read.row.entry, read.row);
  const plan = await planRows(visit, rows);
  const { added, changed, removed } = plan.counts;
  const gate = visit.field("gate");
  const back = (done: string) => personPath(email, { ...(gate !== "" && { gate }), done });
  if (added + changed + removed === 0) return visit.goTo(back("same"));
  const fields = { ...typed, email, gate, version: visit.field("version") };
  const form = { action: "/people/list", fields };
  const page = await askFirst(visit, { rows: plannedEdits(plan), form, edit: plannedEdit(plan, "console", read.row.entry) });
  if (page !== undefined) return page;
  const { set, keptCount } = await writePlan(visit, plan, "console", read.row.entry);
  if (keptCount > 0) return await refuse(t.conflict, 409, await currentEntries(visit, email));
  return visit.goTo(`${back(effect)}${noteOf(set.id)}`);
}

/** The form again, with what was typed and what is wrong with it. */
function refused(form: FormProps, current: readonly Item[], problem: FormProblem, status: 400 | 409): Promise<Response> {
  const { visit, email, typed } = form;
  const t = visit.say(peopleTexts);
  const problems = [problem];
  return visit.page(
    t.act,
    <>
      <ErrorSummary title={t.notWritten} problems={problems} idOf={(field) => fieldId(typed.effect, field)} />
      <section class="card">
        <CurrentEntries visit={visit} current={current} />
        <Form {...form} problems={problems} />
      </section>
      <p>
        <PersonLink email={email} />
      </p>
    </>,
    { status },
  );
}
