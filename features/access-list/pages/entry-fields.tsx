import type { Visit } from "../../../console/app/visit";
import { editorTexts } from "../../../console/editor/editor-texts";
import { fieldId, TextInput } from "../../../console/editor/row-parts";
import {
  buildAriaAttributes,
  FieldNotes,
  type FormProblem,
  findFieldProblem,
  InputField,
  Select,
  type SelectProps,
} from "../../../console/parts/forms";
import { hasGates } from "../../../console/parts/gates";
import { lastDayName } from "../../../console/parts/time";
import { capitaliseTitle, findText, pageTexts } from "../../../console/texts/languages";
import { expiryTime } from "../../../engine/sign-up/row-end";
import { toStoredTime } from "../../../engine/zone-time";
import { type EntryColumnName, eachColumn, mapColumns, plainColumns } from "../entry-columns";
import { concernWords } from "../entry-words";
import { problemColumn, type TypedRowProblem } from "../problem";
import { describeProblem } from "../problem-texts";
import { computeLastDay, spans } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { denyingGates } from "./tally";

/** The form of a new entry asks for no suspension: an allow with an end makes one. */
export type FieldName = "effect" | Exclude<EntryColumnName, "allowedUntil">;
export const cellNames: readonly FieldName[] = ["effect", ...eachColumn.flatMap(([name]) => (name === "allowedUntil" ? [] : [name]))];
export const effects = ["allow", "approval", "deny"] as const;

export type TypedEntry = Readonly<Record<"entry" | FieldName, string>>;

export const emptyEntry: TypedEntry = { entry: "", ...mapColumns(() => ""), effect: "allow" };

/** Field for a day that the choice of ends does not offer. It wins over the choice. */
const OTHER_DAY = "until";

export function endTyped(visit: Visit): string {
  // The other field may hold a stored time, which is in UTC without a zone.
  return toStoredTime(visit.field(OTHER_DAY), visit.zone) || visit.field("expiresAt").trim();
}

interface EntryFieldsProps {
  readonly visit: Visit;
  /** `act` for a form whose button names the effect. */
  readonly of: "new" | "row" | "act";
  readonly typed: Partial<TypedEntry> & { readonly allowedUntil?: string };
  readonly problems?: readonly FormProblem[] | undefined;
}

/** Every form that allows, denies or changes an entry has these fields in this order. */
export function EntryFields({ visit, of, typed, problems = [] }: EntryFieldsProps) {
  const { entry = "", effect = "", expiresAt = "", issuer = "", gates = "", allowedUntil = "" } = typed;
  const names = { ...accessListTexts.names, ...editorTexts.names };
  const field = (name: keyof TypedEntry | "allowedUntil", value: string) => {
    const id = of === "new" && name === "entry" ? name : fieldId(chooseForm(of), name);
    return { id, name, label: names[name], value, problem: findFieldProblem(problems, name) };
  };
  const choice = (name: "effect" | "expiresAt", value: string, options: SelectProps["options"], more: object, hint?: string) => {
    const { id, label, problem } = field(name, value);
    return (
      <div>
        <label class="hidden" for={id}>
          {label}
        </label>
        <Select {...{ id, name }} {...buildAriaAttributes(id, hint, problem)} options={options} chosen={value} {...more} />
        <FieldNotes id={id} problem={problem} />
      </div>
    );
  };
  const effectOptions = [...(effect === "" ? [["", names.effect] as const] : []), ...effects.map((each) => [each, names[each]] as const)];
  const { hints } = accessListTexts;
  const waits = describeApproval(visit);
  return (
    <>
      {of === "new" && (
        <div>
          <InputField {...field("entry", entry)} placeholder={t.placeholder} required autocapitalize="off" data-act="new" />
        </div>
      )}
      {of !== "act" && choice("effect", effect, effectOptions, { required: true }, waits)}
      {choice("expiresAt", expiresAt, listEndOptions(visit, expiresAt), { "data-act": of === "row" ? "expiry" : undefined })}
      {plainColumns.map((name) => (
        <div class="wide">
          <TextInput {...field(name, typed[name] ?? "")} placeholder={names[name]} />
        </div>
      ))}
      {of !== "act" && (
        <p class="hint of-approval" id={`${fieldId(chooseForm(of), "effect")}-hint`}>
          {waits}
        </p>
      )}
      {of !== "act" && (
        <details open={issuer !== "" || gates !== "" || allowedUntil !== ""}>
          <summary>{t.more}</summary>
          <p>
            <InputField id={fieldId(chooseForm(of), OTHER_DAY)} name={OTHER_DAY} type="date" label={t.until} />
          </p>
          {of === "row" && effect !== "allow" && (
            <div>
              <InputField {...field("allowedUntil", allowedUntil)} hint={hints.allowedUntil} />
            </div>
          )}
          <div>
            <InputField {...field("issuer", issuer)} hint={hints.issuer} />
          </div>
          {hasGates(visit) && (
            <div>
              <InputField {...field("gates", gates)} hint={hints.gates(visit.world.gates.join(" "))} />
            </div>
          )}
        </details>
      )}
    </>
  );
}

function chooseForm(of: EntryFieldsProps["of"]): "add" | "edit" {
  return of === "row" ? "edit" : "add";
}

export function describeApproval(visit: Visit): string {
  const denying = denyingGates(visit, { entry: "*", effect: "approval" });
  const asksNobody = denying === undefined ? [] : [concernWords[visit.language].asksNobody(denying)];
  return [...(denying === "" ? [] : [accessListTexts.hints.approval]), ...asksNobody].join(" ");
}

/** Null if the only gate asks nobody for approval: then the form itself warns. */
export function ApprovalHint({ visit }: { readonly visit: Visit }) {
  return denyingGates(visit, { entry: "*", effect: "approval" }) === "" ? null : <p class="hint">{accessListTexts.hints.approval}</p>;
}

/** Returns the options of an entry's end: never, the offered days, and the typed day if it is another. */
export function listEndOptions(visit: Visit, text = ""): readonly (readonly [string, string])[] {
  const formatEndDay = (end: number) => lastDayName(visit, end);
  const endOptions = spans.map((span) => {
    const day = computeLastDay(span, visit.now);
    return [day, t.spans[span](formatEndDay(expiryTime(day) ?? 0))] as const;
  });
  const end = expiryTime(text);
  const isOther = text !== "" && endOptions.every(([day]) => day !== text);
  const other = [text, end !== undefined && Number.isFinite(end) ? formatEndDay(end) : text] as const;
  // On a Friday, "friday" and "week" are the same day.
  const different = endOptions.filter(([day], at) => endOptions[at + 1]?.[0] !== day);
  return [["", t.never], ...different, ...(isOther ? [other] : [])];
}

/** @param otherwise the field for a problem of the entry itself */
export function entryProblems(visit: Visit, problems: readonly TypedRowProblem[], otherwise?: string): readonly FormProblem[] {
  const fixes = { ...accessListTexts.fixes, badGates: accessListTexts.fixes.badGates(visit.world.gates.join(" ")) };
  return problems.map((problem) => {
    const column = problemColumn(problem);
    const field = column === "entry" ? otherwise : column;
    const problemText = describeProblem(problem, visit.language, accessListTexts.end);
    if (field === undefined) return capitaliseTitle(problemText);
    if (problem.code === "badEnd") return { field, text: editorTexts.badDate };
    const fix = findText(fixes, problem.code);
    return { field, text: `${capitaliseTitle(problemText)}${fix === undefined ? "" : `. ${fix}`}` };
  });
}

const t = pageTexts({
  placeholder: ["contoso.com", "contoso.com"],
  more: ["More options", "추가 옵션"],
  until: ["Expires on another day", "다른 만료일"],
  never: ["Never expires", "만료 없음"],
  spans: {
    friday: [(day: string) => `Until Friday: ${day}`, (day) => `금요일까지: ${day}`],
    week: [(day: string) => `7 days: ${day}`, (day) => `7일: ${day}`],
    month: [(day: string) => `30 days: ${day}`, (day) => `30일: ${day}`],
    quarter: [(day: string) => `90 days: ${day}`, (day) => `90일: ${day}`],
    year: [(day: string) => `1 year: ${day}`, (day) => `1년: ${day}`],
  },
});
