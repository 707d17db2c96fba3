import { existsSync } from "node:fs";
import { join } from "node:path";
import { tableNames, tables } from "../../adapters/tables/tables";
import type { HashOf } from "../../engine/sign-up/person";
import { recordId, recordsOf } from "../../engine/sign-up/records";
import type { AnyRule, Row } from "../../engine/sign-up/rule";
import type { SignUp } from "../../engine/sign-up/sign-up";
import type { Effect, TableName } from "../../engine/sign-up/verdict";
import { rowKey } from "../../features/access-list/entry";
import { readCells } from "../../features/access-list/files/row";
import { tidy } from "../../features/access-list/hygiene";
import { PARTNER, wrongPartnerColumn } from "../../features/access-list/partner";
import { admissions } from "../../features/limit/rule";
import { guesses } from "../../features/permitted-value/guess";
import { codes } from "../../features/reference-data/code";
import { caseRules } from "../../features/reference-data/spelling";
import type { Flaw, Path } from "../../lib/schema-flaws";
import { readRows, readSamples, type SampleRow, SamplesError } from "../data/samples";
import type { Case, CaseRows, EarlierSignUp } from "./format";

/** The rows of tables, by `recordId`; tables that are not mentioned are absent. */
export type RowsById = Readonly<Partial<Record<TableName, ReadonlyMap<string, Row>>>>;

/** Files of a folder of cases that say what a table holds. */
const files = { accessList: "access-list.csv", profiles: "profiles.csv", referenceData: "reference-data.csv" } as const;
export const tableFiles: readonly string[] = Object.values(files);

/** What a folder's own files put into the tables. Throws SamplesError. */
export async function rowsInFolder(folder: string): Promise<RowsById> {
  const fileOf = (table: keyof typeof files) => [join(folder, files[table])].filter(existsSync);
  const found: Partial<Record<TableName, ReadonlyMap<string, Row>>> = {};
  for (const file of fileOf("accessList")) found.accessList = listIn(file, await readSamples(file));
  for (const table of ["profiles", "referenceData"] as const) {
    for (const file of fileOf(table)) found[table] = new Map(readRows(file, table).map((row) => [idOf(table, row), row]));
  }
  return found;
}

function listIn(file: string, rows: readonly SampleRow[]): ReadonlyMap<string, Row> {
  const byId = new Map<string, Row>();
  for (const row of rows) {
    const [id, kept] = listRow(row);
    if (byId.has(id)) throw new SamplesError(`${file}: two rows mean the entry ${String(kept.entry)}.`);
    byId.set(id, kept);
  }
  return byId;
}

/** As the hygiene worker keeps it. */
function listRow(row: Row): readonly [string, Row] {
  const { key } = tidy(row);
  return [recordId(rowKey(key)), { ...row, entry: key }];
}

function idOf(table: TableName, row: Row): string {
  return recordId({ table, key: Object.fromEntries(tables[table].key.map((name) => [name, String(row[name])])) });
}

/** What a case or a file says of tables, and which of its rows cannot be. @param path of the rows in their document */
export function caseRows(rows: CaseRows | undefined, path: Path): { readonly byId: RowsById; readonly flaws: readonly Flaw[] } {
  const byId: Partial<Record<TableName, ReadonlyMap<string, Row>>> = {};
  const flaws: Flaw[] = [];
  for (const table of tableNames) {
    const given = rows?.[table];
    if (given === undefined) continue;
    const found = new Map<string, Row>();
    given.forEach((written, index) => {
      const row = isPartner(table, written) ? partnerRowOf(written) : written;
      const problem = problemOf(table, row);
      const [id, kept] = problem !== undefined ? ["", row] : table === "accessList" ? listRow(row) : [idOf(table, row), row];
      const why = problem ?? (found.has(id) ? "is there twice: two rows mean the same" : undefined);
      if (why === undefined) found.set(id, kept);
      else flaws.push({ path: [...path, table, index], problem: why });
    });
    byId[table] = found;
  }
  return { byId, flaws };
}

function isPartner(table: TableName, { reference }: Row): boolean {
  return table === "decisions" && reference === PARTNER;
}

/** A case says of a partner what decides: the state, and until when. */
function partnerRowOf(row: Row): Row {
  const at = new Date(0).toISOString();
  return { token: "of a case", state: "pending", since: at, addedAt: at, by: "a case", revision: 1, ...row };
}

const listColumns = new Set(["entry", "effect", "issuer", "gates", "expiresAt", "note"]);

function problemOf(table: TableName, row: Row): string | undefined {
  const missing = tables[table].key.find((name) => typeof row[name] !== "string" || row[name] === "");
  if (missing !== undefined) return `cannot be a row: ${missing}, its key, is missing`;
  const wrong = isPartner(table, row) ? wrongPartnerColumn(row) : undefined;
  if (wrong !== undefined) return `cannot be a partner's row: its column ${wrong}`;
  if (table !== "accessList") return undefined;
  const unknown = Object.keys(row).find((name) => !listColumns.has(name));
  if (unknown !== undefined) return `cannot be a row of the access list: ${unknown} is none of its columns, ${[...listColumns].join(", ")}`;
  const read = readCells(row);
  return read.ok ? undefined : `cannot be a row of the access list: ${read.problems.join("; ")}`;
}

/** All rows together; of a table that several name, the later ones. @param added rows that are added, and take the place of those with their key */
export function allRows(base: readonly RowsById[], added: RowsById): Map<string, Row> {
  const tablesOf = Object.assign({}, ...base) as RowsById;
  return new Map([...Object.values(tablesOf), ...Object.values(added)].flatMap((rows) => [...rows]));
}

/** No rule counts to more. */
const MOST = 10_000;

/** Somebody before the case: an address, or what is different about them. */
export type WhoBefore = string | Pick<EarlierSignUp, "email" | "issuer" | "application" | "ipAddress">;

/** How a case's people and keys come about. */
interface InWords {
  readonly now: Date;
  readonly hashOf: HashOf;
  signUpOf(who: WhoBefore): SignUp;
  /** Those of the step that is asked. */
  readonly rules: readonly AnyRule[];
}

/** The rows of the ledger that a case states in words: their keys are hashes, which nobody can write by hand. */
export function rowsInWords(rows: Case["rows"], { now, hashOf, signUpOf, rules }: InWords): readonly Effect[] {
  const used = (rows?.usedCodes ?? []).flatMap(({ list, value, by }) =>
    // Whichever the rule goes by.
    caseRules.flatMap((rule) => {
      const { needs, use } = codes({ list, uses: MOST, case: rule });
      return use(value, value, signUpOf(by), { records: recordsOf(needs(value, hashOf), new Map()), hashOf });
    }),
  );
  const tried = (rows?.guesses ?? []).flatMap(({ list, who, count }) => {
    const { count: counted } = guesses({ list, guessesPerDay: MOST, case: "exact" });
    return Array.from({ length: count }, (_, index) => counted(`the case's guess ${index}`, signUpOf(who), { now, hashOf })).flat();
  });
  const admitted = (rows?.admitted ?? []).flatMap(({ limit, who = {}, count }) => {
    const keys = rules.find(({ counts }) => counts === limit)?.needs?.(signUpOf(who), hashOf, now) ?? [];
    return admissions(keys, count);
  });
  return [...used, ...tried, ...admitted];
}
