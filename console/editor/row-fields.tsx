import { builtInAttributes } from "../../engine/sign-up/sign-up";
import type { Visit } from "../app/visit";
import { visible } from "../parts/value";
import { cellTypes } from "./cells";
import { columnsFor, type EditedColumn, type EditedTable } from "./described-table";
import { editorTexts } from "./editor-texts";
import { nameOf } from "./row-parts";
import type { Typed, TypedLine } from "./typed";

/** Lines for new columns. */
const SPARE_LINES = 4;
/** Longer texts get a field of several lines. */
const LONG = 80;

interface FieldsProps {
  readonly visit: Visit;
  readonly table: EditedTable;
  readonly typed: Typed;
  /** Begins the ids of the fields. */
  readonly form: "add" | "edit";
}

/** The fields of a table's columns. */
export function RowFields({ visit, table, typed, form }: FieldsProps) {
  return (
    <>
      <div class="fields">
        {columnsFor(visit, table).map((column) => (
          <Field visit={visit} table={table} column={column} id={`${form}-${column.name}`} text={typed.cells[column.name] ?? ""} />
        ))}
      </div>
      {table.openColumns ? <OpenColumns visit={visit} lines={typed.lines} /> : null}
    </>
  );
}

interface FieldProps {
  readonly visit: Visit;
  readonly table: EditedTable;
  readonly column: EditedColumn;
  readonly id: string;
  readonly text: string;
}

function Field({ visit, table, column, id, text }: FieldProps) {
  const { name } = column;
  const hint = visit.say(table.texts).hints[name] ?? visit.say(editorTexts).hints[name];
  return (
    <div>
      <label for={id}>{nameOf(visit, table, name)}</label>
      <Input visit={visit} table={table} column={column} id={id} text={text} hint={hint && `${id}-hint`} />
      {hint === undefined ? null : <small id={`${id}-hint`}>{hint}</small>}
    </div>
  );
}

function Input({ visit, table, column, id, text, hint }: FieldProps & { readonly hint: string | undefined }) {
  const { name, kind, choices = {} } = column;
  if (kind === "choice") {
    return (
      <select id={id} name={name} aria-describedby={hint}>
        {Object.keys(choices).map((choice) => (
          <option value={choice} selected={text === choice}>
            {nameOf(visit, table, choice)}
          </option>
        ))}
      </select>
    );
  }
  // A field of one line would drop the line ends of a text that has some.
  if (kind !== "note" || !/[\r\n]/.test(text)) {
    return <input id={id} name={name} value={text} aria-describedby={hint} autocomplete="off" />;
  }
  return (
    <textarea id={id} name={name} aria-describedby={hint}>
      {/* The first line end of a text area is not part of it. */}
      {`\n${text}`}
    </textarea>
  );
}

interface KeyFieldProps {
  readonly id: string;
  /** @default the id */
  readonly name?: string;
  readonly label: string;
  readonly hint: string | undefined;
  readonly value: string;
}

/** The field for a key of a new row. */
export function KeyField({ id, name = id, label, hint, value }: KeyFieldProps) {
  return (
    <p>
      <label for={id}>{label}</label>
      <input id={id} name={name} value={value} required aria-describedby={hint && `${id}-hint`} autocomplete="off" spellcheck={false} />
      {hint === undefined ? null : <small id={`${id}-hint`}>{hint}</small>}
    </p>
  );
}

function OpenColumns({ visit, lines }: { readonly visit: Visit; readonly lines: readonly TypedLine[] }) {
  const t = visit.say(editorTexts);
  const spare = Array.from({ length: SPARE_LINES }, () => ({ name: "", type: "text" as const, text: "" }));
  return (
    <fieldset>
      <legend>{t.columns}</legend>
      <p class="hint">{t.columnsHint}</p>
      <datalist id="attribute-names">
        {builtInAttributes.map((name) => (
          <option value={name} />
        ))}
      </datalist>
      {[...lines, ...spare].map((line, index) => (
        <Line visit={visit} line={line} number={index + 1} />
      ))}
    </fieldset>
  );
}

function Line({ visit, line, number }: { readonly visit: Visit; readonly line: TypedLine; readonly number: number }) {
  const t = visit.say(editorTexts);
  const label = (what: string) => (line.name === "" ? t.ofColumn(what, number) : `${what}: ${visible(line.name)}`);
  return (
    <div class="line">
      <input
        name="column"
        value={line.name}
        list="attribute-names"
        placeholder={t.column}
        aria-label={t.ofColumn(t.column, number)}
        autocomplete="off"
        spellcheck={false}
      />
      <select name="type" aria-label={label(t.type)}>
        {cellTypes.map((type) => (
          <option value={type} selected={line.type === type}>
            {t.types[type]}
          </option>
        ))}
      </select>
      {line.text.length > LONG || /[\r\n]/.test(line.text) ? (
        <textarea name="value" aria-label={label(t.value)}>
          {/* The first line end of a text area is not part of it. */}
          {`\n${line.text}`}
        </textarea>
      ) : (
        <input name="value" value={line.text} placeholder={t.value} aria-label={label(t.value)} autocomplete="off" />
      )}
    </div>
  );
}
