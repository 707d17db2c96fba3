import { longestValue } from "../../engine/protocols/attributes";
import { isBlank } from "../../engine/sign-up/attributes";
import { isWordForNothing } from "../../engine/sign-up/gate";
import { eachHash, type PersonHashes } from "../../engine/sign-up/person";
import { type Policy, unwrapRule } from "../../engine/sign-up/policy";
import { endOfRow, isCurrent } from "../../engine/sign-up/row-end";
import type { AnyRule, RecordKey, Row } from "../../engine/sign-up/rule";
import { canBeKey, MAX_SORT_KEY_BYTES } from "../../engine/table-keys";
import { codes } from "./code";
import { canBeListed, isMixedCase, lookupValues, spelledText } from "./spelling";

// Reads a row as the rule for permitted values does, without the policy's options.

const usual = { case: "ignore", spaces: "collapse" } as const;

export interface ValueProblems {
  /** True if the value mixes cases: a rule that ignores case finds it only for people who type it exactly like this. */
  readonly mixedCase: boolean;
  /**
   * True if the value begins or ends with a space, or has white space other than single spaces. A rule finds the value only with `spaces:
   * "exact"`.
   */
  readonly spaces: boolean;
  /** The value is too long, has control characters, or is not in the Unicode form NFC. */
  readonly neverFound: boolean;
  /** The value is what databases write for none. */
  readonly nothing: boolean;
  /** The value is a number that a spreadsheet or another tool has shortened. */
  readonly shortened: boolean;
  readonly badExpiry: boolean;
  readonly expired: boolean;
}

export function valueProblems(row: Row, now: Date): ValueProblems {
  const text = String(row.value);
  const end = endOfRow(row);
  return {
    mixedCase: isMixedCase(text),
    spaces: spelledText(text, usual) !== text.normalize("NFC"),
    neverFound: !canBeListed(text) || text !== text.normalize("NFC"),
    nothing: isWordForNothing(text),
    shortened: /^\d(\.\d+)?E\+\d\d$/i.test(text),
    badExpiry: end === undefined,
    expired: end !== undefined && end <= now.getTime(),
  };
}

/** Returns the typed text with uniform spaces, otherwise unchanged. Undefined for a value that no rule finds. */
export function readValue(typedText: string): string | undefined {
  const value = spelledText(typedText, usual);
  return value !== undefined && canBeListed(value) && canBeKey(value, MAX_SORT_KEY_BYTES) ? value : undefined;
}

/** Undefined for an invalid name. */
export function readListName(typedText: string): string | undefined {
  const list = typedText.trim();
  return canBeListed(list) && canBeKey(list) ? list : undefined;
}

/** Returns several ids for a value's uses, because only the policy says whether case counts. */
export function ledgerIds(list: string, value: string, hashes: PersonHashes): readonly string[] {
  const text = spelledText(value, { spaces: "exact" }) ?? "";
  const ids = (["exact", "ignore"] as const).flatMap((rule) =>
    eachHash(hashes)
      .flatMap((hashOf) => codes({ list, maxUses: 1, case: rule }).needs(text, hashOf))
      .map(({ key }) => String(key.id)),
  );
  return [...new Set(ids)];
}

export function usesIn(row: Row | undefined): number {
  return Array.isArray(row?.people) ? row.people.length : 0;
}

interface RowReader {
  read(keys: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>>;
}

/** Lists the keys under which a rule that ignores case looks for a value. Leaves out keys that no row can have. */
export function listSpellings(value: string): readonly string[] {
  return lookupValues(value, { case: "ignore" }).filter((each) => canBeKey(each, MAX_SORT_KEY_BYTES));
}

/**
 * Finds the other values of a list that a rule which ignores case takes for the same, and that have not ended. A value in mixed case is found
 * only beside the others, not from them.
 */
export async function findTwins(
  list: string,
  values: readonly string[],
  rows: RowReader,
  now: Date,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const spellings = values.map((value) => [value, listSpellings(value).filter((each) => each !== value)] as const);
  const others = [...new Set(spellings.flatMap(([, some]) => some))];
  const found = await rows.read(others.map((value) => ({ table: "referenceData", key: { list, value } })));
  const current = new Set([...found.values()].filter((row) => isCurrent(row, now)).map(({ value }) => value));
  return new Map(spellings.map(([value, some]) => [value, some.filter((each) => current.has(each))]));
}

/** Counts the people who have used each value of a list. Omits unused values. */
export async function usesByValue(
  list: string,
  values: readonly string[],
  hashes: PersonHashes,
  rows: RowReader,
): Promise<ReadonlyMap<string, number>> {
  const ids = [...new Set(values.flatMap((value) => ledgerIds(list, value, hashes)))].filter((id) => canBeKey(id));
  const rowsById = await rows.read(ids.map((id) => ({ table: "ledger", key: { id } })));
  const byId = new Map([...rowsById.values()].map((row) => [String(row.id), usesIn(row)]));
  return new Map(
    values.flatMap((value) => {
      const uses = ledgerIds(list, value, hashes).flatMap((id) => byId.get(id) ?? [])[0];
      return uses === undefined ? [] : [[value, uses] as const];
    }),
  );
}

export type SetColumns = NonNullable<AnyRule["columns"]>;

/** A cell from which a rule cannot set the attribute. If the cell is missing or empty, its row lets in no one. */
export interface ColumnFlaw {
  readonly column: string;
  readonly attribute: string;
  /** Absent if the cell is missing or empty. Otherwise the cell is too long for Entra. */
  readonly tooLong?: { readonly length: number; readonly most: number };
}

export function columnsIn(policies: readonly Pick<Policy, "rules">[]): readonly SetColumns[] {
  return policies.flatMap(({ rules }) => rules.flatMap((entry) => unwrapRule(entry).columns ?? []));
}

export function columnFlaws(row: Row, all: readonly SetColumns[]): readonly ColumnFlaw[] {
  const pairs = all.flatMap(({ list, of }) => (list === row.list ? Object.entries(of) : []));
  const flaws = pairs.flatMap(([attribute, column]): readonly ColumnFlaw[] => {
    const cell = row[column] as string | undefined;
    if (isBlank(cell)) return [{ column, attribute }];
    const [{ length }, most] = [String(cell), longestValue(attribute)];
    return most !== undefined && length > most ? [{ column, attribute, tooLong: { length, most } }] : [];
  });
  return [...new Map(flaws.map((each) => [JSON.stringify(each), each])).values()];
}

const flawCodes = ["lostSpace", "neverFound", "nothing", "shortened", "mixedCase", "spaces", "badExpiry"] as const;

/** Something wrong with a value or with what its row holds. `column`: a rule cannot set an attribute from a cell. */
export type ValueFlaw =
  | { readonly code: "column"; readonly column: ColumnFlaw }
  | { readonly code: (typeof flawCodes)[number]; readonly column?: undefined };

/** Finds what is wrong with a value, besides that it has expired, most severe first. */
export function findValueFlaws(row: Row, all: readonly SetColumns[], now: Date): readonly ValueFlaw[] {
  const { mixedCase, ...problems } = valueProblems(row, now);
  const isSo = { ...problems, mixedCase: mixedCase && !hasExactCase(row.list, all), lostSpace: hasLostSpace(row, all) };
  return [
    ...columnFlaws(row, all).map((column): ValueFlaw => ({ code: "column", column })),
    ...flawCodes.filter((code) => isSo[code]).map((code): ValueFlaw => ({ code })),
  ];
}

/** True if every rule of the list removes spaces from what people type: none of them finds a value with a space. */
export function hasLostSpace({ list, value }: Row, all: readonly SetColumns[]): boolean {
  return /\s/.test(String(value)) && isTrueOfEveryRule(list, all, ({ withoutSpaces }) => withoutSpaces);
}

/** True if every rule of the list distinguishes upper and lower case. */
export function hasExactCase(list: unknown, all: readonly SetColumns[]): boolean {
  return isTrueOfEveryRule(list, all, ({ exactCase }) => exactCase);
}

/** False for a list that no rule reads. */
function isTrueOfEveryRule(list: unknown, all: readonly SetColumns[], isSo: (columns: SetColumns) => boolean | undefined): boolean {
  const rules = all.filter((each) => each.list === list);
  return rules.length > 0 && rules.every(isSo);
}
