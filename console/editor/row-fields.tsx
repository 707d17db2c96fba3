import type { Child } from "hono/jsx";
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
      {table.openColumns ? <OpenColumns lines={typed.lines} form={form} problems={problems} /> : null}
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
  const { name } = column;
  const hint = textNamed({ ...t.hints, ...table.hints?.(visit) }, name);
  return (
    <div>
      <label for={id}>{nameOf(table, name)}</label>
      <Input table={table} column={column} id={id} text={text} attributes={described(id, hint, problem)} />
      <FieldNotes id={id} hint={hint} problem={problem} />
    </div>
  );
}

interface InputProps extends Omit<FieldProps, "visit" | "problem"> {
  readonly attributes: ReturnType<typeof described>;
}

function Input({ table, column, id, text, attributes }: InputProps) {
  const { name, kind, choices = {} } = column;
  if (kind === "choice") {
    return (
      <Select
        id={id}
        name={name}
        {...attributes}
        options={Object.keys(choices).map((choice) => [choice, nameOf(table, choice)])}
        chosen={text}
      />
    );
  }
  // A date picker shows an invalid day as empty and would send it so: an end in seconds, or a typing error.
  if (kind === "day" && (text === "" || dayFrom(text) !== undefined)) {
    return <input id={id} name={name} type="date" value={text} {...attributes} data-act={name === "expiresAt" ? "expiry" : undefined} />;
  }
  // A field of one line would drop the line ends of a text that has some.
  if (kind !== "note" || !/[\r\n]/.test(text)) {
    return <input id={id} name={name} value={text} {...attributes} maxlength={MAX_TEXT_LENGTH} autocomplete="off" />;
  }
  return (
    <textarea id={id} name={name} maxlength={MAX_TEXT_LENGTH} {...attributes}>
      {inTextArea(text)}
    </textarea>
  );
}

const NAMES = "attribute-names";

interface OpenColumnsProps extends Pick<FieldsProps, "form"> {
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
          <option value={name} />
        ))}
      </datalist>
      {[...lines, ...spare].map((line, index) => (
        <Line line={line} number={index + 1} {...rest} />
      ))}
    </fieldset>
  );
}

function Line({ line, number, form, problems }: Omit<OpenColumnsProps, "lines"> & { readonly line: TypedLine; readonly number: number }) {
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
      {line.text.length > LONG || /[\r\n]/.test(line.text) ? (
        <textarea id={value.id} name="value" maxlength={MAX_TEXT_LENGTH} aria-label={label(t.value)} {...value.attributes}>
          {inTextArea(line.text)}
        </textarea>
      ) : (
        <input
          id={value.id}
          name="value"
          value={line.text}
          maxlength={MAX_TEXT_LENGTH}
          placeholder={t.value}
          aria-label={label(t.value)}
          autocomplete="off"
          {...value.attributes}
        />
      )}
      <FieldNotes id={column.id} hint={undefined} problem={column.problem} />
      <FieldNotes id={value.id} hint={undefined} problem={value.problem} />
    </div>
  );
}
