import type { Item } from "../../../adapters/tables/item";
import { CommandError } from "../../../cli/failure";
import type { DataCells } from "../../../cli/rows-file";
import { foldCase, shownCell } from "../../../engine/characters";
import { describeEndProblem, readEndProblem } from "../../../engine/end-problem";
import { findMeantAddress } from "../../../engine/meant-entries";
import { expiryTime } from "../../../engine/sign-up/row-end";
import type { Row } from "../../../engine/sign-up/rule";
import { describeUnmatched } from "../../../engine/unmatched";
import { findTypedProblem } from "../../access-list/entry";
import { profileProblems, readProfilePerson } from "../../profiles/row";
import { type ColumnFlaw, findValueFlaws, readListName, readValue, type SetColumns, type ValueFlaw, valueProblems } from "../row";
import { lookupValues } from "../spelling";

/** A table that operators fill from files. */
export interface DataTable {
  readonly table: "profiles" | "referenceData";
  readonly key: readonly string[];
  /** Files may write these columns in upper or lower case. Other columns are attributes. */
  readonly columns: readonly string[];
  /** @param list the list to which every row must belong */
  read(cells: DataCells, list?: string): { readonly key: Readonly<Record<string, string>> } | { readonly problem: string };
  /** Returns what is wrong with the key of a new row. Keys of existing rows are not checked. */
  newProblem?(key: Readonly<Record<string, string>>): string | undefined;
  doubts(row: Row, now: Date, columns: readonly SetColumns[]): Promise<readonly string[]>;
}

const UNREADABLE_END = "counts for nothing: its end cannot be read, or its column should be called expiresAt";
const EXPIRED = "has expired: it counts for nothing";
const BAD_EXPIRY = "expiresAt is not a time: write 2027-01-31, 2027-01-31T18:00Z or epoch seconds";

const dataTables = {
  "reference-data": {
    table: "referenceData",
    key: ["list", "value"],
    columns: ["list", "value", "note", "expiresAt"],
    read({ list: listText, value, expiresAt }, list) {
      const name = readListName(text(listText ?? list));
      if (list !== undefined && name !== readListName(list))
        return { problem: `the row is of the list ${text(listText)}, and --list says ${list}` };
      if (name === undefined)
        return { problem: "the list is missing, or too long: it is the attribute's short name, extension_PartnerNumber" };
      if (typeof value === "number" || typeof value === "boolean") return { problem: describeNoText("value", value) };
      const valueName = readValue(text(value));
      if (valueName === undefined) return { problem: "the value is missing, longer than 256 characters, or holds control characters" };
      return isTime(expiresAt) ? { key: { list: name, value: valueName } } : { problem: endProblem(expiresAt) };
    },
    async doubts(row, now, columns: readonly SetColumns[]) {
      return [...describeValueProblems(row, now, columns), ...(valueProblems(row, now).expired ? [EXPIRED] : [])];
    },
  },
  profiles: {
    table: "profiles",
    key: ["person"],
    columns: ["person", "note", "expiresAt"],
    read({ person, expiresAt }) {
      if (typeof person === "number" || typeof person === "boolean") return { problem: describeNoText("person", person) };
      const profilePerson = readProfilePerson(text(person));
      if (!profilePerson.ok) return { problem: describeNoPerson(text(person)) };
      return isTime(expiresAt) ? { key: { person: profilePerson.key } } : { problem: endProblem(expiresAt) };
    },
    newProblem({ person = "" }) {
      const problem = findTypedProblem(person);
      return problem && `the person is ${describeUnmatched(problem)}`;
    },
    async doubts(row, now) {
      const { neverFound, badExpiry, expired, passedOver } = await profileProblems(row, now);
      return [
        ...(neverFound ? ["is never found: no sign-up uses this spelling of the person"] : []),
        ...passedOver.map((column) => `no attribute is set from the column "${column}"`),
        ...(badExpiry ? [UNREADABLE_END] : []),
        ...(expired ? [EXPIRED] : []),
      ];
    },
  },
} as const satisfies Record<string, DataTable>;

export type DataTableName = keyof typeof dataTables;
export const dataTableNames = Object.keys(dataTables) as readonly DataTableName[];

/** Describes the faults of a value of the reference data, besides that it has expired. */
export function describeValueProblems(row: Row, now: Date, columns: readonly SetColumns[]): readonly string[] {
  return findValueFlaws(row, columns, now).map(({ code, column }) =>
    column === undefined ? flawTexts[code](String(row.value)) : flawText(column),
  );
}

const flawTexts: Readonly<Record<Exclude<ValueFlaw["code"], "column">, (value: string) => string>> = {
  lostSpace: () => "lets nobody in: the value has a space, and a rule takes spaces out of what people type",
  neverFound: () => "the value is never found: too long, or with characters that nobody can type",
  nothing: (value) => `the value ${value} is what databases write for none`,
  shortened: (value) => `the value ${value} is a number that a spreadsheet or another tool has shortened`,
  mixedCase: () => `the value is in mixed case: only people who type it exactly like this are found, ${UNLESS_EXACT}`,
  spaces: () => "the value has spaces around it or in a row: it is found only if the rule keeps spaces",
  badExpiry: () => UNREADABLE_END,
};

const UNLESS_EXACT = "unless the rule says that case counts";

/** @param other where the other value is */
export function describeTwin(value: string | undefined, other: string | undefined, where: string): string {
  return `${JSON.stringify(value)} differs from ${JSON.stringify(other)} in ${where} only by case: people get one or the other, depending on how they type it, ${UNLESS_EXACT}`;
}

function flawText({ column, attribute, tooLong }: ColumnFlaw): string {
  if (tooLong === undefined) return `lets nobody in: the column "${column}", from which a rule sets ${attribute}, is missing or empty`;
  return `the column "${column}" has ${tooLong.length} characters, and Entra takes ${tooLong.most} for ${attribute}`;
}

export interface DataChoice {
  readonly list?: string;
  readonly search?: string;
  readonly problem?: boolean;
}

/** Throws CommandError if the command chooses rows in a way that the table does not have. */
export function dataTable(name: DataTableName, { list, search, problem }: DataChoice): DataTable {
  if (list !== undefined && name !== "reference-data") throw new CommandError("--list is for reference-data alone.");
  if ((search !== undefined || problem) && name !== "profiles") throw new CommandError("--search and --problem are for profiles alone.");
  return dataTables[name];
}

export function keyText({ key }: DataTable, row: Item): string {
  return JSON.stringify(key.map((column) => row[column]?.S));
}

/** A text that is equal for values that differ only in case, because a rule that ignores case treats them as one. */
export function sameValueText({ table }: DataTable, key: Readonly<Record<string, string>>): string {
  const isValue = (column: string) => table === "referenceData" && column === "value";
  return JSON.stringify(Object.entries(key).map(([column, text]) => (isValue(column) ? foldCase(text) : text)));
}

/** The keys under which a rule that ignores case may look for the row, its own among them. */
export function lookupKeys({ table }: DataTable, key: Readonly<Record<string, string>>): readonly Readonly<Record<string, string>>[] {
  if (table !== "referenceData") return [key];
  return lookupValues(key.value ?? "", { case: "ignore" }).map((value) => ({ ...key, value }));
}

function text(cell: unknown): string {
  return typeof cell === "string" ? cell : "";
}

function endProblem(cell: unknown): string {
  const problem = readEndProblem(cell);
  return ["serialEnd", "buddhistEnd", "earlyEnd", "endInMilliseconds"].includes(problem.code)
    ? describeEndProblem(problem, "expiresAt")
    : BAD_EXPIRY;
}

function describeNoPerson(typedText: string): string {
  if (typedText.trim() === "") return "the person is missing: write an address (kim@contoso.com) or an account (issuer:google.com/1184)";
  const meant = findMeantAddress(typedText) ?? "one like kim@contoso.com or issuer:google.com/1184";
  return `the person ${shownCell(typedText)} is neither an address nor an account: write ${meant}`;
}

/** Asks for quotes, because a number loses its leading zeros. */
function describeNoText(column: string, cell: number | boolean): string {
  return `the ${column} is ${cell}, a ${typeof cell}: write it in quotes, "${cell}"`;
}

/** True if the cell is a time, or if it is absent or empty, because the cell is optional. */
function isTime(cell: unknown): boolean {
  return cell === undefined || cell === null || cell === "" || expiryTime(cell) !== undefined;
}
