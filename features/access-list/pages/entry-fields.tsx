import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { editorTexts } from "../../../console/editor/editor-texts";
import { fieldId, hasLineEnd } from "../../../console/editor/row-fields";
import { described, FieldNotes, type FormProblem, inTextArea, problemOf, Select } from "../../../console/parts/forms";
import { hasGates } from "../../../console/parts/gates";
import { lastDayName } from "../../../console/parts/time";
import { pageTexts, textNamed, titled } from "../../../console/texts/languages";
import { expiryTime } from "../../../engine/sign-up/row-end";
import { MAX_TEXT_LENGTH } from "../../../engine/sign-up/text";
import { listProblemText } from "../list-problem-words";
import { lastDayOf, spans } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";

export const cellNames = ["effect", "expiresAt", "note", "issuer", "gates"] as const;
export const effects = ["allow", "deny"] as const;

/** An entry as typed; an empty cell is not there. */
export type TypedEntry = Readonly<Record<"entry" | (typeof cellNames)[number], string>>;

export const emptyEntry: TypedEntry = { entry: "", effect: "allow", expiresAt: "", note: "", issuer: "", gates: "" };

/** The field for a day that the choice of ends does not offer: what is typed there wins. */
const OTHER_DAY = "until";

export function endTyped(visit: Visit): string {
  return (visit.field(OTHER_DAY) || visit.field("expiresAt")).trim();
}

/** Beside the choice of ends. */
export function OtherDay({ id }: { readonly id: string }) {
  return (
    <>
      <label for={id}>{t.until}</label>
      <input id={id} name={OTHER_DAY} type="date" />
    </>
  );
}

interface EntryFieldsProps {
  readonly visit: Visit;
  /** A new entry; one that there is; one whose effect the form's button says. */
  readonly of: "new" | "row" | "act";
  readonly typed: Partial<TypedEntry>;
  readonly problems?: readonly FormProblem[] | undefined;
}

/** What is asked of an entry, in the same order and words wherever somebody allows, denies or changes one. */
export function EntryFields({ typed, ...form }: EntryFieldsProps) {
  const { visit, of } = form;
  const { entry, effect, expiresAt = "", note = "", issuer = "", gates = "" } = typed;
  const { names } = accessListTexts;
  const offered = [...(effect === "" ? [["", names.effect] as const] : []), ...effects.map((each) => [each, names[each]] as const)];
  const ends = { options: endsFor(visit, expiresAt), chosen: expiresAt, "data-act": of === "row" ? "expiry" : undefined };
  const text = { placeholder: editorTexts.names.note, maxlength: MAX_TEXT_LENGTH, autocomplete: "off" };
  const line = (field: object) => <input {...field} value={note} {...text} />;
  const lines = (field: object) => (
    <textarea {...field} {...text}>
      {inTextArea(note)}
    </textarea>
  );
  const plain = { autocomplete: "off", spellcheck: false } as const;
  const first = { placeholder: t.placeholder, required: true, autocapitalize: "off", ...plain, "data-act": "new" } as const;
  return (
    <>
      {(of === "new" || (of === "row" && entry !== undefined)) && (
        <Field {...form} name="entry" control={(field) => <input {...field} value={entry} {...first} />} />
      )}
      {of !== "act" && (
        <Field {...form} name="effect" control={(field) => <Select {...field} options={offered} chosen={effect} required />} />
      )}
      <Field {...form} name="expiresAt" control={(field) => <Select {...field} {...ends} />} />
      <Field {...form} name="note" control={hasLineEnd(note) ? lines : line} />
      {of !== "act" && (
        <details open={issuer !== "" || gates !== ""}>
          <summary>{t.more}</summary>
          <p>
            <OtherDay id={fieldId(formOf(of), OTHER_DAY)} />
          </p>
          <Field {...form} name="issuer" control={(field) => <input {...field} value={issuer} {...plain} />} />
          {hasGates(visit) && <Field {...form} name="gates" control={(field) => <input {...field} value={gates} {...plain} />} />}
        </details>
      )}
    </>
  );
}

interface FieldProps extends Omit<EntryFieldsProps, "typed"> {
  readonly name: keyof TypedEntry;
  control(attributes: object): Child;
}

/** A field with its label, which the placeholder or the value says to those who see it, unless there is a hint. */
function Field({ visit, of, problems = [], name, control }: FieldProps) {
  const id = of === "new" && name === "entry" ? name : fieldId(formOf(of), name);
  const { issuer, gates } = accessListTexts.hints;
  const hint = textNamed({ issuer, gates: gates(visit.world.gates.join(" ")) }, name);
  const problem = problemOf(problems, name);
  return (
    <div class={name === "note" ? "wide" : undefined}>
      <label class={hint === undefined ? "hidden" : undefined} for={id}>
        {textNamed({ ...editorTexts.names, ...accessListTexts.names }, name)}
      </label>
      {control({ id, name, ...described(id, hint, problem) })}
      <FieldNotes id={id} hint={hint} problem={problem} />
    </div>
  );
}

function formOf(of: EntryFieldsProps["of"]): "add" | "edit" {
  return of === "row" ? "edit" : "add";
}

/** The days that are offered, and the one that was typed. */
export function endsFor(visit: Visit, typed = ""): readonly (readonly [string, string])[] {
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
    if (field === undefined) return titled(said);
    return { field, text: field === "expiresAt" ? editorTexts.badDate : titled(said) };
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
