import type { Child } from "hono/jsx";
import { dayFrom } from "../../engine/dates";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import type { Visit } from "../app/visit";
import { type FormProblem, InputField, problemOf, TextField } from "../parts/forms";
import { visible } from "../parts/value";
import { frameTexts } from "../texts/frame-texts";
import { textNamed } from "../texts/languages";
import type { Typed, TypedLine } from "./cells";
import { type EditedColumn, type EditedTable, nameOf } from "./described-table";
import { editorTexts as t } from "./editor-texts";
import { attributeLabels, lineField } from "./typed-row";

const SPARE_LINES = 4;
/** Longer texts get a field of several lines. */
const LONG = 80;

/** The form for a new row, or for an existing one: begins the ids of the fields. */
type RowForm = "add" | "edit";

export function fieldId(form: RowForm, field: string): string {
  return `${form}-${field}`;
}

interface FieldsProps {
  readonly visit: Visit;
  readonly table: EditedTable;
  readonly typed: Typed;
  readonly form: RowForm;
  readonly problems?: readonly FormProblem[] | undefined;
  /** Ahead of the others. */
  readonly children?: Child;
}

export function RowFields({ visit, table, typed, form, problems = [], children }: FieldsProps) {
  return (
    <>
      <div class="fields">
        {children}
        {table.columns.map(({ name, kind, isRequired }) => {
          const [id, hint, problem] = [fieldId(form, name), textNamed(t.hints, name), problemOf(problems, name)];
          const label = isRequired ? t.required(nameOf(table, name)) : nameOf(table, name);
          const [value, required] = [typed.cells[name] ?? "", isRequired ?? false];
          return <div>{columnInput({ id, name, label, hint, problem, value, required }, kind)}</div>;
        })}
      </div>
      {table.attributes ? openColumns(visit, table, typed.lines, form, problems) : null}
    </>
  );
}

type Field = Omit<Parameters<typeof InputField>[0], "value"> & { readonly value: string };

function columnInput(field: Field, kind: EditedColumn["kind"]): Child {
  // A date picker shows an invalid day as empty and would send it so: an end in seconds, or a typing error.
  const isPicked = kind === "day" && (field.value === "" || dayFrom(field.value) !== undefined);
  if (isPicked) return <InputField {...field} type="date" data-act={field.name === "expiresAt" ? "expiry" : undefined} />;
  return textInput(field, kind !== "day" && hasLineEnd(field.value));
}

/** A text, in a field of several lines if it is long. */
export function textInput(field: Field, isLong: boolean): Child {
  return isLong ? <TextField {...field} maxlength={MAX_TEXT_LENGTH} /> : <InputField {...field} maxlength={MAX_TEXT_LENGTH} />;
}

/** A field of one line would drop the line ends of a text that has some. */
export function hasLineEnd(text: string): boolean {
  return /[\r\n]/.test(text);
}

const NAMES = "attribute-names";

function openColumns(
  visit: Visit,
  table: EditedTable,
  lines: readonly TypedLine[],
  form: RowForm,
  problems: readonly FormProblem[],
): Child {
  const labels = attributeLabels(visit, table);
  const spare = Array.from({ length: SPARE_LINES }, () => ({ name: "", text: "" }));
  return (
    <fieldset>
      <legend>{t.columns}</legend>
      <p class="hint">{t.columnsHint}</p>
      <datalist id={fieldId(form, NAMES)}>
        {[...labels.values()].map((label) => (
          <option value={label} />
        ))}
      </datalist>
      {[...lines, ...spare].map((line, index) =>
        columnLine({ ...line, name: labels.get(line.name) ?? line.name }, index + 1, form, problems),
      )}
    </fieldset>
  );
}

function columnLine({ name, text }: TypedLine, number: number, form: RowForm, problems: readonly FormProblem[]): Child {
  const fieldOf = (of: "column" | "value", placeholder: string, value: string) => {
    const field = lineField(of, number);
    return { id: fieldId(form, field), name: of, placeholder, value, problem: problemOf(problems, field) };
  };
  const label = name === "" ? t.ofColumn(frameTexts.value, number) : `${frameTexts.value}: ${visible(name)}`;
  return (
    <div class="line">
      <div>
        <InputField {...fieldOf("column", t.column, name)} label={t.ofColumn(t.column, number)} list={fieldId(form, NAMES)} />
      </div>
      <div>{textInput({ ...fieldOf("value", frameTexts.value, text), label }, text.length > LONG || hasLineEnd(text))}</div>
    </div>
  );
}
