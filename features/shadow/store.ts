import { toRecord } from "../../adapters/tables/decision-indexes";
import { type DecisionKey, keyColumns, storable, UPSTREAM_FAILED } from "../../adapters/tables/decision-writes";
import { type Item, toItem } from "../../adapters/tables/item";
import { type DynamoTable, type Expression, equal, updateItem, type WriteResult } from "../../adapters/tables/table";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { RuleResult } from "../../engine/sign-up/verdict";

/** Changes nothing if there is no record, or if the record's `at` differs: then another answer to the same call has replaced the record. */
export async function addShadowResult(
  table: DynamoTable,
  { at, ...decision }: DecisionKey & Pick<DecisionRecord, "at">,
  place: number,
  result: RuleResult,
): Promise<ShadowAdded> {
  const value = toItem(storable({ result })).result as Item[string];
  const formatFailureMark: Expression = (placeholders) => {
    if (result.upstreamFailure === undefined) return "";
    const mark = placeholders.name(UPSTREAM_FAILED);
    return `, ${mark} = if_not_exists(${mark}, ${placeholders.value({ BOOL: true })})`;
  };
  const { written, ...rest }: WriteResult = await updateItem(
    table,
    toItem(keyColumns(decision)),
    (placeholders) => `SET ${placeholders.name("trace")}[${place}] = ${placeholders.value(value)}${formatFailureMark(placeholders)}`,
    equal(toItem({ at })),
  );
  if (written) return "added";
  const current = "current" in rest && rest.current !== undefined ? toRecord(rest.current) : undefined;
  return current !== undefined && current.at > at ? "answered again" : "no record yet";
}

export type ShadowAdded = "added" | "answered again" | "no record yet";
