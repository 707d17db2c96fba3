import { isDeepStrictEqual } from "node:util";
import type { Child } from "hono/jsx";
import type { RowEdit } from "../../adapters/tables/edited-rows";
import { computeRowVersion, type Item } from "../../adapters/tables/item";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import { dayFrom } from "../../engine/sign-up/time";
import type { Visit } from "../app/visit";
import {
  Alert,
  type FormProblem,
  findFieldProblem,
  type HiddenFieldsProps,
  InputField,
  PostForm,
  SubmitButton,
  TextField,
} from "../parts/forms";
import { shortenText } from "../parts/value";
import { UNDO_PARAMETER } from "../parts/with-query";
import { frameTexts } from "../texts/frame-texts";
import { type EditedTable, formatName, type Typed, type WrittenTable } from "./described-table";
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

/** Makes a note that a row was removed or added, with Undo, shown once. The row's name is in the page's address. */
export function removedNote(
  visit: Visit,
  action: string,
  hiddenFields: HiddenFieldsProps["fields"],
  change: "removed" | "added" = "removed",
): Child {
  const name = visit.query(UNDO_PARAMETER);
  const mayUndo = visit.may("Administrator") || visit.may("Partner");
  if (visit.query("done") !== change || name === "" || !mayUndo) return null;
  return (
    <Alert kind="good">
      <PostForm visit={visit} class="undo" action={action} hidden={hiddenFields}>
        <p>
          {frameTexts[change]} <bdi>{shortenText(name, 80)}</bdi>
        </p>
        <SubmitButton text={frameTexts.undo} class="quiet" data-act="undo" />
      </PostForm>
    </Alert>
  );
}

/** @returns false if somebody else was faster */
export async function writeRow(visit: Visit, table: WrittenTable, edit: RowEdit): Promise<boolean> {
  return isDeepStrictEqual(edit.before, edit.after) || (await table.commit(visit, edit));
}

export function isAsShown(visit: Visit, item: Item | undefined): item is Item {
  return item !== undefined && computeRowVersion(item) === visit.field("version");
}

/** Number of calls of DynamoDB at the same time. */
export const AT_ONCE = 8;
