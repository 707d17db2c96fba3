import type { Child, JSX } from "hono/jsx";
import { dayFrom } from "../../engine/dates";
import { builtInAttributes } from "../../engine/protocols/attributes";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import type { Visit } from "../app/visit";
import { described, FieldNotes, type FormProblem, inTextArea, problemOf, Select } from "../parts/forms";
import { visible } from "../parts/value";
import { textNamed } from "../texts/languages";
import type { Typed, TypedLine } from "./cells";
import { cellTypes } from "./cells";
import { columnsFor, type EditedColumn, type EditedTable, nameOf } from "./described-table";
import { editorTexts as t } from "./editor-texts";
import { lineField } from "./typed-row";

const SPARE_LINES = 4;
/** Longer texts get a field of several lines. */
const LONG = 80;

/** The form for a new row, or for an existing one: begins the ids of the fields. */
type RowForm = "add" | "edit";

interface FieldsProps {
  readonly visit: Visit;
  readonly table: EditedTable;
  readonly typed: Typed;
  readonly form: RowForm;
  readonly problems?: readonly FormProblem[] | undefined;
  /** Ahead of the others. */
  readonly children?: Child;
}

export function fieldId(form: RowForm, field: string): string {
  return `${form}-${field}`;
}

export function RowFields({ visit, table, typed, form, problems = [], children }: FieldsProps) {
  return (
    <>
      <div class="fields">
        {children}
        {columnsFor(visit, table).map((column) => (
          <Field
            visit={visit}
            table={table}
            column={column}
            id={fieldId(form, column.name)}
            text={typed.cells[column.name] ?? ""}
            problem={problemOf(problems, column.name)}
          />
        ))}
      </div>
      {table.openColumns ? <OpenColumns visit={visit} table={table} lines={typed.lines} form={form} problems={problems} /> : null}
    </>
  );
}

interface FieldProps {
  readonly visit: Visit;
  readonly table: EditedTable;
  readonly column: EditedColumn;
  readonly id: string;
  readonly text: string;
  readonly problem: string | undefined;
}

function Field({ visit, table, column, id, text, problem }: FieldProps) {
  const { name, kind, choices } = column;
  const hint = textNamed({ ...t.hints, ...table.hints?.(visit) }, name);
  const field = { id, name };
  const notes = described(id, hint, problem);
  // A date picker shows an invalid day as empty and would send it so: an end in seconds, or a typing error.
  const isPicked = kind === "day" && (text === "" || dayFrom(text) !== undefined);
  return (
    <div>
      <label for={id}>{nameOf(table, name)}</label>
      {choices ? (
        <Select {...field} {...notes} options={Object.keys(choices).map((choice) => [choice, nameOf(table, choice)])} chosen={text} />
      ) : isPicked ? (
        <input {...field} type="date" value={text} {...notes} data-act={name === "expiresAt" ? "expiry" : undefined} />
      ) : (
        <TextInput {...field} {...notes} text={text} isLong={kind === "note" && hasLineEnd(text)} />
      )}
      <FieldNotes id={id} hint={hint} problem={problem} />
    </div>
  );
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

interface OpenColumnsProps extends Pick<FieldsProps, "visit" | "table" | "form"> {
  readonly lines: readonly TypedLine[];
  readonly problems: readonly FormProblem[];
}

function OpenColumns({ lines, ...rest }: OpenColumnsProps) {
  const spare = Array.from({ length: SPARE_LINES }, () => ({ name: "", type: "text" as const, text: "" }));
  return (
    <fieldset>
      <legend>{t.columns}</legend>
      <p class="hint">{t.columnsHint}</p>
      <datalist id={fieldId(rest.form, NAMES)}>
        {builtInAttributes.map((name) => (
          <option value={name}>{rest.table.attributeName?.(rest.visit, name)}</option>
        ))}
      </datalist>
      {[...lines, ...spare].map((line, index) => (
        <Line line={line} number={index + 1} form={rest.form} problems={rest.problems} />
      ))}
    </fieldset>
  );
}

function Line({
  line,
  number,
  form,
  problems,
}: Pick<OpenColumnsProps, "form" | "problems"> & { readonly line: TypedLine; readonly number: number }) {
  const label = (what: string) => (line.name === "" ? t.ofColumn(what, number) : `${what}: ${visible(line.name)}`);
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
      <Select name="type" aria-label={label(t.type)} options={cellTypes.map((type) => [type, t.types[type]])} chosen={line.type} />
      <TextInput
        id={value.id}
        name="value"
        placeholder={t.value}
        aria-label={label(t.value)}
        {...value.attributes}
        text={line.text}
        isLong={line.text.length > LONG || hasLineEnd(line.text)}
      />
      <FieldNotes id={column.id} hint={undefined} problem={column.problem} />
      <FieldNotes id={value.id} hint={undefined} problem={value.problem} />
    </div>
  );
}
