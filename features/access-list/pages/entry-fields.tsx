import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { editorTexts } from "../../../console/editor/editor-texts";
import { fieldId } from "../../../console/editor/row-fields";
import { OTHER_DAY } from "../../../console/editor/typed-row";
import { described, FieldNotes, type FormProblem, inTextArea, problemOf, Select } from "../../../console/parts/forms";
import { hasGates } from "../../../console/parts/gates";
import { lastDayName } from "../../../console/parts/time";
import { pageTexts, textNamed } from "../../../console/texts/languages";
import { expiryTime } from "../../../engine/sign-up/row-end";
import { MAX_TEXT_LENGTH } from "../../../engine/sign-up/text";
import { listProblemText } from "../list-problem-words";
import { entryHints, lastDayOf, spans } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";

export const cellNames = ["effect", "expiresAt", "note", "issuer", "gates"] as const;
export const effects = ["allow", "deny"] as const;

/** An entry as typed; an empty cell is not there. */
export type TypedEntry = Readonly<Record<"entry" | (typeof cellNames)[number], string>>;

export const nothing: TypedEntry = { entry: "", effect: "allow", expiresAt: "", note: "", issuer: "", gates: "" };

interface EntryFieldsProps {
  readonly visit: Visit;
  /** A new entry; one that there is; one whose effect the form's button says. */
  readonly of: "new" | "row" | "act";
  readonly typed: Partial<TypedEntry>;
  readonly problems?: readonly FormProblem[] | undefined;
}

/** What is asked of an entry, in the same order and words wherever somebody allows, denies or changes one. */
export function EntryFields({
  visit,
  of,
  typed: { entry, effect, expiresAt = "", note = "", issuer = "", gates = "" },
  problems = [],
}: EntryFieldsProps) {
  const names: Readonly<Record<string, string>> = { ...editorTexts.names, ...accessListTexts.names };
  const hints = entryHints(visit);
  const form = of === "row" ? "edit" : "add";
  const field = (name: keyof TypedEntry, control: (attributes: object) => Child, className?: string) => {
    const id = name === "entry" ? name : fieldId(form, name);
    const [hint, problem] = [textNamed(hints, name), problemOf(problems, name)];
    return (
      <div class={className}>
        {/* The placeholder or the value says it to those who see it. */}
        <label class={hint === undefined ? "hidden" : undefined} for={id}>
          {names[name]}
        </label>
        {control({ id, name, ...described(id, hint, problem) })}
        <FieldNotes id={id} hint={hint} problem={problem} />
      </div>
    );
  };
  const text = { placeholder: names.note, maxlength: MAX_TEXT_LENGTH, autocomplete: "off" };
  const offered = effects.map((each) => [each, names[each]] as const);
  const act = of === "row" ? "expiry" : undefined;
  const until = fieldId(form, OTHER_DAY);
  return (
    <>
      {of === "new" &&
        field("entry", (attributes) => (
          <input {...attributes} value={entry} data-act="new" placeholder={t.placeholder} required {...typedAsIs} autocapitalize="off" />
        ))}
      {of !== "act" && field("effect", (attributes) => <Select {...attributes} options={offered} chosen={effect} />)}
      {field("expiresAt", (attributes) => (
        <Select {...attributes} data-act={act} options={endsFor(visit, expiresAt)} chosen={expiresAt} />
      ))}
      {field(
        "note",
        // A field of one line would drop the line ends of a text that has some.
        (attributes) =>
          /[\r\n]/.test(note) ? (
            <textarea {...attributes} {...text}>
              {inTextArea(note)}
            </textarea>
          ) : (
            <input {...attributes} value={note} {...text} />
          ),
        "wide",
      )}
      {of !== "act" && (
        <details open={issuer !== "" || gates !== ""}>
          <summary>{t.more}</summary>
          <p>
            <label for={until}>{t.until}</label>
            <input id={until} name={OTHER_DAY} type="date" />
          </p>
          {field("issuer", (attributes) => (
            <input {...attributes} value={issuer} {...typedAsIs} />
          ))}
          {hasGates(visit) ? field("gates", (attributes) => <input {...attributes} value={gates} {...typedAsIs} />) : null}
        </details>
      )}
    </>
  );
}

const typedAsIs = { autocomplete: "off", spellcheck: false } as const;

/** The days that are offered, and the one that was typed. */
function endsFor(visit: Visit, typed: string): readonly (readonly [string, string])[] {
  const nameOf = (end: number) => lastDayName(visit, end);
  const offered = spans.map((span) => {
    const day = lastDayOf(span, visit.now);
    return [day, t.spans[span](nameOf(expiryTime(day) ?? 0))] as const;
  });
  const end = expiryTime(typed);
  const isOther = typed !== "" && offered.every(([day]) => day !== typed);
  const other = [typed, end !== undefined && Number.isFinite(end) ? nameOf(end) : typed] as const;
  // On a Friday, this week's last day is in seven days.
  const different = offered.filter(([day], at) => offered[at + 1]?.[0] !== day);
  return [["", t.never], ...different, ...(isOther ? [other] : [])];
}

/** Problems of cells, each at its field. @param otherwise the field of all others */
export function entryProblems(visit: Visit, texts: readonly string[], otherwise?: string): readonly FormProblem[] {
  return texts.map((text) => {
    const field = cellNames.find((name) => text.startsWith(name)) ?? otherwise;
    const said = listProblemText(visit.language, text);
    if (field === undefined) return said;
    return { field, text: field === "expiresAt" ? editorTexts.badDate : said };
  });
}

const t = pageTexts({
  placeholder: ["contoso.com", "contoso.com"],
  more: ["More options", "추가 옵션"],
  until: ["Expires on another day", "다른 만료일"],
  never: ["Never expires", "만료 없음"],
  spans: {
    friday: [(day: string) => `This week: ${day}`, (day) => `이번 주: ${day}`],
    week: [(day: string) => `7 days: ${day}`, (day) => `7일: ${day}`],
    month: [(day: string) => `30 days: ${day}`, (day) => `30일: ${day}`],
    quarter: [(day: string) => `90 days: ${day}`, (day) => `90일: ${day}`],
    year: [(day: string) => `1 year: ${day}`, (day) => `1년: ${day}`],
  },
});
