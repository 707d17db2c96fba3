import type { Child, JSX } from "hono/jsx";
import { dayFrom } from "../../engine/dates";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import type { Visit } from "../app/visit";
import { described, FieldNotes, type FormProblem, inTextArea, problemOf } from "../parts/forms";
import { visible } from "../parts/value";
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
          return (
            <div>
              <label for={id}>{isRequired ? t.required(nameOf(table, name)) : nameOf(table, name)}</label>
              {columnInput({ id, name }, kind, typed.cells[name] ?? "", { ...described(id, hint, problem), required: isRequired })}
              <FieldNotes id={id} hint={hint} problem={problem} />
            </div>
          );
        })}
      </div>
      {table.openColumns ? openColumns(visit, table, typed.lines, form, problems) : null}
    </>
  );
}

function columnInput(
  field: { readonly id: string; readonly name: string },
  kind: EditedColumn["kind"],
  text: string,
  notes: object,
): Child {
  // A date picker shows an invalid day as empty and would send it so: an end in seconds, or a typing error.
  const isPicked = kind === "day" && (text === "" || dayFrom(text) !== undefined);
  if (!isPicked) return <TextInput {...field} {...notes} text={text} isLong={kind !== "day" && hasLineEnd(text)} />;
  return <input {...field} type="date" value={text} {...notes} data-act={field.name === "expiresAt" ? "expiry" : undefined} />;
}

type TextInputProps = JSX.IntrinsicElements["textarea"] & { readonly text: string; readonly isLong: boolean };

function TextInput({ id, name, text, isLong, ...more }: TextInputProps) {
  const field = { id, name };
  const shared = { ...more, maxlength: MAX_TEXT_LENGTH };
  if (!isLong) return <input {...field} value={text} {...shared} autocomplete="off" />;
  return (
    <textarea {...field} {...shared}>
      {inTextArea(text)}
    </textarea>
  );
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

function columnLine(line: TypedLine, number: number, form: RowForm, problems: readonly FormProblem[]): Child {
  const fieldOf = (name: "column" | "value") => {
    const field = lineField(name, number);
    const id = fieldId(form, field);
    const problem = problemOf(problems, field);
    return { id, problem, attributes: described(id, undefined, problem) };
  };
  const [column, value] = [fieldOf("column"), fieldOf("value")];
  return (
    <div class="line">
      <input
        id={column.id}
        name="column"
        value={line.name}
        list={fieldId(form, NAMES)}
        placeholder={t.column}
        aria-label={t.ofColumn(t.column, number)}
        autocomplete="off"
        spellcheck={false}
        {...column.attributes}
      />
      <TextInput
        id={value.id}
        name="value"
        placeholder={t.value}
        aria-label={line.name === "" ? t.ofColumn(t.value, number) : `${t.value}: ${visible(line.name)}`}
        {...value.attributes}
        text={line.text}
        isLong={line.text.length > LONG || hasLineEnd(line.text)}
      />
      <FieldNotes id={column.id} hint={undefined} problem={column.problem} />
      <FieldNotes id={value.id} hint={undefined} problem={value.problem} />
    </div>
  );
}
