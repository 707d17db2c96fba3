import { longestValue } from "../../engine/protocols/attributes";
import { isBlank } from "../../engine/sign-up/attributes";
import { type Policy, unwrapRule } from "../../engine/sign-up/policy";
import type { AnyRule, Row } from "../../engine/sign-up/rule";

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

/** True if every rule of the list removes spaces from what people type: none of them finds a value with a space. */
export function hasLostSpace({ list, value }: Row, all: readonly SetColumns[]): boolean {
  return /\s/.test(String(value)) && everyRuleOf(list, all, ({ withoutSpaces }) => withoutSpaces);
}

/** True if every rule of the list distinguishes upper and lower case. */
export function hasExactCase(list: unknown, all: readonly SetColumns[]): boolean {
  return everyRuleOf(list, all, ({ exactCase }) => exactCase);
}

/** False for a list that no rule reads. */
function everyRuleOf(list: unknown, all: readonly SetColumns[], isSo: (columns: SetColumns) => boolean | undefined): boolean {
  const rules = all.filter((each) => each.list === list);
  return rules.length > 0 && rules.every(isSo);
}
