import { type Item, toRow } from "../../../adapters/tables/item";
import { entryKey, readEntry } from "../../../engine/access-list/entry";
import { readCells } from "../../../engine/access-list/files/row";
import { listProblemText } from "../../../engine/messages/operator/list-problems";
import { MAX_TEXT_LENGTH } from "../../../engine/sign-up/text";
import type { Visit } from "../../app/visit";
import { withPlainLines } from "../../editor/cells";
import { editorTexts } from "../../editor/editor-texts";
import { BackLink } from "../../editor/row-parts";
import { versionOf } from "../../editor/row-writes";
import { described, ErrorSummary, FieldNotes, type FormProblem, HiddenFields, problemOf, tooLong } from "../../parts/forms";
import { shortened, visible } from "../../parts/value";
import { pageTexts } from "../../texts/languages";
import { dayText, lastDayOf, spans, untilAsked } from "../people/until";
import { EntryLink } from "./access-list-parts";
import { entriesUnder, isEmpty, planRows } from "./access-list-write";
import { rowWords } from "./change-set-parts";
import { makeEdit, writtenBy } from "./make-edit";

const effects = ["allow", "deny"] as const;
type Effect = (typeof effects)[number];

/** An address or a domain that a page of its own allows or denies. */
export interface ListedSubject {
  /** Normalised. */
  readonly entry: string;
  /** Where the forms are sent, and how they name the entry. */
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  /** The page of the subject. @param done what was done there */
  page(done?: string): string;
}

/** The rows that an allow or a deny would replace. */
export async function currentEntries(visit: Visit, { entry }: ListedSubject): Promise<readonly Item[]> {
  const read = readEntry(entry);
  return read.ok
    ? [
        ...(
          await entriesUnder(
            visit,
            effects.map((effect) => entryKey(read.entry, effect)),
          )
        ).values(),
      ]
    : [];
}

interface TypedAct {
  readonly effect: Effect;
  readonly span: string;
  readonly day?: string;
  readonly note?: string;
}

interface EntryFormProps {
  readonly visit: Visit;
  readonly subject: ListedSubject;
  readonly current: readonly Item[];
  readonly typed: TypedAct;
  /** Why it was not taken. */
  readonly problems?: readonly FormProblem[];
  /** Whether the entry is to be typed. */
  readonly isTyped?: boolean;
}

/** The form that allows or denies somebody, or a domain, until a day. */
export function EntryForm({ visit, subject, current, typed: { effect, span, day, note }, problems = [], isTyped }: EntryFormProps) {
  const t = visit.say(entryFormTexts);
  const { entry, action, fields } = subject;
  const [dayId, noteId] = [fieldId(effect, "day"), fieldId(effect, "note")];
  const [dayProblem, noteProblem] = [problemOf(problems, "day"), problemOf(problems, "note")];
  const read = readEntry(entry);
  return (
    <form method="post" action={action}>
      {visit.formToken}
      <HiddenFields fields={{ ...fields, version: versionOfEntries(current) }} />
      <p class="hint value">
        {t.hint(shortened(read.ok ? entryKey(read.entry, effect) : entry, 80))} {effect === "deny" && entry.includes("@") ? t.denyHint : ""}
      </p>
      <fieldset>
        <legend>{t.until}</legend>
        {spans.map((each) => {
          const last = lastDayOf(each, visit.now);
          return (
            <p>
              <label>
                <input type="radio" name="span" value={each} checked={each === span} /> {t.spans[each]}
                {last === undefined ? "" : ` (${dayText(visit, last)})`}
              </label>
            </p>
          );
        })}
        <input id={dayId} type="date" name="day" value={day} aria-label={t.otherDay} {...described(dayId, undefined, dayProblem)} />
        <FieldNotes id={dayId} hint={undefined} problem={dayProblem} />
      </fieldset>
      <p>
        <label for={noteId}>{visit.say(editorTexts).names.note}</label>
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
      {isTyped ? (
        <p>
          <label for="confirm">{t.type(visible(entry))}</label>
          <input id="confirm" name="confirm" required autocomplete="off" autocapitalize="off" spellcheck={false} />
        </p>
      ) : null}
      <button type="submit" name="effect" value={effect} class={effect === "deny" || isTyped ? "danger" : undefined}>
        {isTyped ? t.known : t[effect](shortened(entry, 40))}
      </button>
    </form>
  );
}

function fieldId(effect: Effect, field: string): string {
  return `${effect}-${field}`;
}

/** Goes into the forms: who writes has seen these rows. */
function versionOfEntries(current: readonly Item[]): string {
  return current.length === 0 ? "none" : current.map(versionOf).sort().join(".");
}

/** The rows that the entry would replace. */
export function CurrentEntries({ visit, current }: { readonly visit: Visit; readonly current: readonly Item[] }) {
  if (current.length === 0) return null;
  return (
    <>
      <p>{visit.say(entryFormTexts).replaced}</p>
      <ul>
        {current.map((item) => (
          <li>
            <EntryLink entry={String(item.entry?.S)} />: <bdi class="value">{rowWords(visit, toRow(item))}</bdi>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Writes the allow or the deny that was sent. Undefined where the form is none of ours. */
export async function postListed(visit: Visit, subject: ListedSubject): Promise<Response | undefined> {
  const t = visit.say(entryFormTexts);
  const { entry, action } = subject;
  const effect = effects.find((each) => each === visit.field("effect"));
  // What is not clearly one of the two is neither.
  if (effect === undefined) return undefined;
  const typed = { effect, span: visit.field("span"), day: visit.field("day").trim(), note: withPlainLines(visit.field("note")).trim() };
  const refuse = async (problem: FormProblem, status: 400 | 409) =>
    await refused({ visit, subject, typed, current: await currentEntries(visit, subject), problems: [problem] }, status);
  const version = visit.field("version");
  if (versionOfEntries(await currentEntries(visit, subject)) !== version) return await refuse(t.conflict, 409);
  const until = untilAsked(typed.span, typed.day, visit.now);
  if (!until.ok) return await refuse({ field: "day", text: t.badDay }, 400);
  const long = tooLong(visit, typed.note);
  if (long !== undefined) return await refuse({ field: "note", text: long }, 400);
  const read = readCells({ entry, effect, note: typed.note, ...(until.day !== undefined && { expiresAt: until.day }) });
  if (!read.ok) return await refuse(`${t.cannotBe} ${listProblemText(visit.language, read.problems.join("; "))}`, 400);
  const { edit } = await planRows(visit, [read.row], "console");
  if (isEmpty(edit)) return visit.goTo(subject.page("same"));
  const made = await makeEdit(visit, { edit, form: { action, fields: { ...typed, ...subject.fields, version } } });
  const written = writtenBy(made);
  if (written === undefined) return await refuse(t.conflict, 409);
  return written.page ?? visit.goTo(`${subject.page(effect)}${written.note}`);
}

/** The form again, with what was typed and what is wrong with it. */
function refused(form: EntryFormProps & Pick<Required<EntryFormProps>, "problems">, status: 400 | 409): Promise<Response> {
  const { visit, subject, typed, current, problems } = form;
  const t = visit.say(entryFormTexts);
  return visit.page(
    t[typed.effect](visible(subject.entry)),
    <>
      <ErrorSummary title={visit.say(editorTexts).cannotSave} problems={problems} idOf={(field) => fieldId(typed.effect, field)} />
      <section class="card">
        <CurrentEntries visit={visit} current={current} />
        <EntryForm {...form} />
      </section>
      <BackLink path={subject.page()} text={visible(subject.entry)} />
    </>,
    { status },
  );
}

const entryFormTexts = pageTexts(
  {
    hint: (entry: string) => `Writes the entry ${entry} of the access list. It counts at the very next sign-up.`,
    denyHint: "A deny covers every spelling of the address.",
    replaced: "It replaces the current entry:",
    until: "Expires at the end of (UTC)",
    spans: { friday: "this week", week: "7 days", month: "30 days", never: "no end", other: "another day" },
    otherDay: "The other day",
    noteHint: "Say why: people who read the list later will ask.",
    allow: (entry: string) => `Allow ${entry}`,
    deny: (entry: string) => `Deny ${entry}`,
    known: "I know this domain",
    type: (entry: string) => `Type ${entry} to confirm`,
    badDay: "Give the other day as a date like 2027-01-31, not in the past.",
    cannotBe: "This cannot be an entry.",
    conflict: "Somebody else changed the entry after you opened the page. Check it, then decide again.",
  },
  {
    hint: (entry) => `접근 목록에 ${entry} 항목을 씁니다. 바로 다음 가입부터 적용됩니다.`,
    denyHint: "거부는 주소의 모든 표기에 적용됩니다.",
    replaced: "지금 있는 다음 항목을 바꿉니다.",
    until: "만료(UTC 기준 그날 끝)",
    spans: { friday: "이번 주", week: "7일", month: "30일", never: "무기한", other: "다른 날짜" },
    otherDay: "다른 날짜 입력",
    noteHint: "이유를 적어 두세요. 나중에 목록을 보는 사람에게 필요합니다.",
    allow: (entry) => `${entry} 허용`,
    deny: (entry) => `${entry} 거부`,
    known: "아는 도메인입니다",
    type: (entry) => `확인하려면 ${entry} 입력`,
    badDay: "다른 날짜는 2027-01-31처럼 입력하고, 지난 날짜는 사용할 수 없습니다.",
    cannotBe: "항목으로 쓸 수 없습니다.",
    conflict: "페이지를 연 뒤 다른 사람이 항목을 변경했습니다. 확인한 뒤 다시 결정하세요.",
  },
);
