import type { Visit } from "../app/visit";
import { BackLink, refusalPage } from "../parts/back-link";
import { type FormProblem, InputField, problemOf } from "../parts/forms";
import type { Typed } from "./cells";
import { type EditedTable, type Key, listPath, rowPath } from "./described-table";
import { editorTexts } from "./editor-texts";
import { fieldId, RowFields } from "./row-fields";
import { nameOf, Refusal } from "./row-parts";
import { longTexts, typedIn } from "./typed-row";

interface AddFormProps {
  readonly visit: Visit;
  readonly table: EditedTable;
  readonly typedKey: string;
  readonly typed: Typed;
  /** Why what was typed cannot be saved. */
  readonly problems?: readonly FormProblem[];
}

/** The form for a new row of a table with one key column. */
function AddForm({ visit, table, typedKey, typed, problems = [] }: AddFormProps) {
  const t = visit.say(table.texts);
  return (
    <form class="card" method="post" action={`${table.path}/add`}>
      <h2>{t.add}</h2>
      {visit.formToken}
      <p>
        <InputField
          id={table.one}
          label={nameOf(visit, table, table.one)}
          hint={t.keyHint}
          value={typedKey}
          problem={problemOf(problems, table.one)}
          required
        />
      </p>
      <RowFields visit={visit} table={table} typed={typed} form="add" problems={problems} />
      <button type="submit">{visit.say(editorTexts).addButton}</button>
    </form>
  );
}

/** The form on a page of its own. @param problems why what was typed cannot be saved */
export function showAdd({ visit, table, ...form }: AddFormProps, problems: readonly FormProblem[] = []): Promise<Response> {
  const t = visit.say(table.texts);
  const idOf = (field: string) => (field === table.one ? field : fieldId("add", field));
  return visit.page(
    t.add,
    <>
      {problems.length === 0 ? null : <Refusal visit={visit} problems={problems} idOf={idOf} />}
      <AddForm visit={visit} table={table} {...form} problems={problems} />
      <BackLink path={table.list} text={t.back} />
    </>,
    { status: problems.length === 0 ? 200 : 400 },
  );
}

/** Adds the row that was sent. */
export async function addRow(visit: Visit, table: EditedTable, add: NonNullable<EditedTable["add"]>): Promise<Response> {
  const typedKey = visit.field(table.one).trim();
  const typed = typedIn(visit, table);
  const long = longTexts(visit, table, typed);
  if (long.length > 0) return await showAdd({ visit, table, typedKey, typed }, long);
  const added = await add(visit, typedKey, typed);
  if (added.kind === "refused") return await showAdd({ visit, table, typedKey, typed }, added.problems);
  if (added.kind === "exists") return await showExisting(visit, table, added.key);
  return visit.goTo(listPath(table, {}, "done=added"));
}

function showExisting(visit: Visit, table: EditedTable, key: Key): Promise<Response> {
  const { existsTitle: title, exists, open } = visit.say(editorTexts);
  const why = [exists, " ", <a href={rowPath(table, key)}>{open}</a>];
  return refusalPage(visit, { title, why, back: { path: table.list, text: visit.say(table.texts).back }, status: 409 });
}
