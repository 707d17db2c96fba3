import type { Child } from "hono/jsx";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import { dayFrom } from "../../engine/sign-up/time";
import { type FormProblem, findFieldProblem, InputField, TextField } from "../parts/forms";
import { type EditedTable, formatName, type Typed } from "./described-table";
import { editorTexts as t } from "./editor-texts";

/** A form is for a new row or an existing one. The word is also the prefix of the fields' ids. */
type RowForm = "add" | "edit";

export function fieldId(form: RowForm, field: string): string {
  return `${form}-${field.replaceAll(/\s/g, "_")}`;
}

interface FieldsProps {
  readonly table: EditedTable;
  readonly typed: Typed;
  readonly form: RowForm;
  readonly problems?: readonly FormProblem[] | undefined;
  /** The content ahead of the fields. */
  readonly children?: Child;
}

export function RowFields({ table, typed, form, problems = [], children }: FieldsProps) {
  return (
    <div class="fields">
      {children}
      {table.columns.map(({ name, field = name, kind, isRequired = false }) => {
        const [id, value, problem] = [fieldId(form, name), typed[name] ?? "", findFieldProblem(problems, name)];
        const label = isRequired ? t.required(formatName(table, name)) : formatName(table, name);
        const hint = kind === "day" ? t.lastDay : undefined;
        const input = { id, name: field, label, hint, problem, value, required: isRequired };
        // A value that is not a day gets a text field. A date picker would show and send it as empty.
        const isPicked = kind === "day" && (value === "" || dayFrom(value) !== undefined);
        return <div>{isPicked ? <InputField {...input} type="date" data-act="expiry" /> : <TextInput {...input} />}</div>;
      })}
    </div>
  );
}

/** A text field. It has several lines if the value has line ends, which a field of one line would drop. */
export function TextInput(field: Parameters<typeof InputField>[0] & { readonly value: string }) {
  const Input = /[\r\n]/.test(field.value) ? TextField : InputField;
  return <Input {...field} maxlength={MAX_TEXT_LENGTH} />;
}
