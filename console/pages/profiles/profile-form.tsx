import type { Item } from "../../../adapters/tables/item";
import { expiryTime } from "../../../engine/access-list/row";
import { builtInAttributes } from "../../../engine/sign-up/sign-up";
import type { Visit } from "../../app/visit";
import { type CellType, cellTypes, readCell, type TypedCell, typedCell } from "../../editor/cells";
import { NoteInput } from "../../editor/note-input";
import { visible } from "../../parts/value";
import { type ColumnNameProblem, profilesTexts } from "./profiles-texts";

/** Lines for new columns. */
const SPARE_LINES = 4;
/** Longer texts get a field of several lines. */
const LONG = 80;
const MAX_NAME_LENGTH = 255;
/** Columns with a field of their own. */
const own: ReadonlySet<string> = new Set(["person", "note", "expiresAt"]);

/** What a form holds, as typed. */
export interface TypedProfile {
  readonly note: string;
  readonly expiresAt: string;
  readonly columns: readonly (TypedCell & { readonly name: string })[];
}

/** A row as a form shows it. */
export function typedProfile(item: Item): TypedProfile {
  const names = Object.keys(item)
    .filter((name) => !own.has(name))
    .sort();
  return {
    note: typedCell(item.note)?.text ?? "",
    expiresAt: typedCell(item.expiresAt)?.text ?? "",
    columns: names.flatMap((name) => {
      const cell = typedCell(item[name]);
      return cell === undefined ? [] : [{ name, ...cell }];
    }),
  };
}

export function profileIn(visit: Visit): TypedProfile {
  const [types, values] = [visit.fields("type"), visit.fields("value")];
  const columns = visit.fields("column").map((name, index) => ({
    name: name.trim(),
    type: cellTypes.find((each) => each === types[index]) ?? ("text" as CellType),
    text: values[index] ?? "",
  }));
  const used = columns.filter(({ name, text }) => name !== "" || text !== "");
  return { note: visit.field("note"), expiresAt: visit.field("expiresAt").trim(), columns: used };
}

export type ProfileRead = { readonly ok: true; readonly item: Item } | { readonly ok: false; readonly problems: readonly string[] };

/**
 * The row that is wanted.
 * @param standing the row as it was read: what no form can show stays as it is
 */
export function readProfile(visit: Visit, person: string, typed: TypedProfile, standing: Item = {}): ProfileRead {
  const t = visit.say(profilesTexts);
  const problems: string[] = [];
  const kept = Object.entries(standing).filter(([, cell]) => typedCell(cell) === undefined);
  const item: Item = { ...Object.fromEntries(kept), person: { S: person } };

  const put = (name: string, cell: TypedCell): string | undefined => {
    const read = readCell(cell, standing[name]);
    if ("problem" in read) return t.columnProblems[read.problem];
    item[name] = read.cell;
    return undefined;
  };
  if (typed.note !== "") put("note", { type: "text", text: typed.note });
  if (typed.expiresAt !== "") {
    const shown = typedCell(standing.expiresAt);
    if (shown?.text !== typed.expiresAt && expiryTime(typed.expiresAt) === undefined) problems.push(t.badDate);
    put("expiresAt", { type: shown?.text === typed.expiresAt ? shown.type : "text", text: typed.expiresAt });
  }
  for (const [index, { name, ...cell }] of typed.columns.entries()) {
    if (cell.text.trim() === "") continue;
    const wrong = nameProblem(name, item);
    const problem = wrong === undefined ? put(name, cell) : t.columnProblems[wrong];
    if (problem !== undefined) problems.push(t.inLine(index + 1, problem));
  }
  return problems.length === 0 ? { ok: true, item } : { ok: false, problems };
}

function nameProblem(name: string, item: Item): ColumnNameProblem | undefined {
  if (name === "") return "nameless";
  if (own.has(name)) return "key";
  if (name.length > MAX_NAME_LENGTH || /[\p{Cc}\p{Cs}]/u.test(name)) return "name";
  return Object.hasOwn(item, name) ? "twice" : undefined;
}

export function ProfileFields({ visit, typed }: { readonly visit: Visit; readonly typed: TypedProfile }) {
  const t = visit.say(profilesTexts);
  const spare = Array.from({ length: SPARE_LINES }, () => ({ name: "", type: "text" as const, text: "" }));
  return (
    <>
      <div class="fields">
        <div>
          <label for="note">{t.note}</label>
          <NoteInput id="note" text={typed.note} />
        </div>
        <div>
          <label for="expiresAt">{t.expiresAt}</label>
          <input id="expiresAt" name="expiresAt" value={typed.expiresAt} aria-describedby="expires-hint" autocomplete="off" />
          <small id="expires-hint">{t.expiresHint}</small>
        </div>
      </div>
      <fieldset>
        <legend>{t.columns}</legend>
        <p class="hint">{t.columnsHint}</p>
        <datalist id="attribute-names">
          {[...builtInAttributes].map((name) => (
            <option value={name} />
          ))}
        </datalist>
        {[...typed.columns, ...spare].map((column, index) => (
          <Line visit={visit} column={column} number={index + 1} />
        ))}
      </fieldset>
    </>
  );
}

interface LineProps {
  readonly visit: Visit;
  readonly column: TypedProfile["columns"][number];
  readonly number: number;
}

function Line({ visit, column, number }: LineProps) {
  const t = visit.say(profilesTexts);
  const label = (what: string) => (column.name === "" ? t.ofColumn(what, number) : `${what}: ${visible(column.name)}`);
  return (
    <div class="line">
      <input
        name="column"
        value={column.name}
        list="attribute-names"
        placeholder={t.column}
        aria-label={t.ofColumn(t.column, number)}
        autocomplete="off"
        spellcheck={false}
      />
      <select name="type" aria-label={label(t.type)}>
        {cellTypes.map((type) => (
          <option value={type} selected={column.type === type}>
            {t.types[type]}
          </option>
        ))}
      </select>
      {column.text.length > LONG || /[\r\n]/.test(column.text) ? (
        <textarea name="value" aria-label={label(t.value)}>
          {/* The first line end of a text area is not part of it. */}
          {`\n${column.text}`}
        </textarea>
      ) : (
        <input name="value" value={column.text} placeholder={t.value} aria-label={label(t.value)} autocomplete="off" />
      )}
    </div>
  );
}
