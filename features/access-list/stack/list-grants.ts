import type { Grant, IGrantable } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { workerEnvironment } from "../../../adapters/aws/environment";
import type { GateFacts, GateScope } from "../../../lib/feature";
import type { RetainedTable } from "../../../lib/resources/retained-table";
import { type AskedLists, listsOfPolicies } from "../asked-lists";
import { PARTNER } from "../partner";
import { indexAttributes, listIndexes } from "../store/list-indexes";

/** Columns that only Gatehouse writes: docs/storage.md, "Access list". */
const ownColumns = [...indexAttributes, "typed", "problem", "byPartner"];

export function grantListReading(list: RetainedTable, grantee: IGrantable): Grant {
  const { tableArn } = list.table;
  const places = [tableArn, ...Object.values(listIndexes).map(({ name }) => `${tableArn}/index/${name}`)];
  return list.grantTo(grantee, ["BatchGetItem", "GetItem", "Query", "Scan"], places);
}

export function grantListWriting(list: RetainedTable, grantee: IGrantable): Grant {
  return list.grantTo(grantee, ["BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem"], [list.table.tableArn], {
    "ForAllValues:StringNotEquals": { "dynamodb:Attributes": ownColumns },
    // A call without columns would meet the condition above. This condition refuses it.
    Null: { "dynamodb:Attributes": "false" },
  });
}

export function askedLists({ gates }: Pick<GateFacts, "gates">): NonNullable<AskedLists> {
  return Object.fromEntries(gates.map(({ name, policy }) => [name, listsOfPolicies(policy.map((each) => each.policy))]));
}

/**
 * Lets a function ask whether the list denies somebody. It needs the rows of partners, because a partner's allow may be closer than a deny.
 */
export function grantDenials(lambda: LambdaFunction, { facts, tables }: Pick<GateScope, "facts" | "tables">): void {
  const lists = askedLists(facts);
  lambda.addEnvironment(workerEnvironment.askedLists, JSON.stringify(lists));
  if (Object.values(lists).flat().length === 0) return;
  tables.accessList.grantRows(lambda, "BatchGetItem");
  tables.decisions.grantRowsUnder(lambda, PARTNER, "BatchGetItem");
}
