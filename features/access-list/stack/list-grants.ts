import type { Grant, IGrantable } from "aws-cdk-lib/aws-iam";
import type { RetainedTable } from "../../../lib/resources/retained-table";
import { indexAttributes, listIndexes } from "../store/list-indexes";

/** What Gatehouse alone writes into rows: docs/storage.md, "Access list". */
const ownColumns = [...indexAttributes, "typed", "problem", "byPartner"];

/** Lets somebody read rows, by key, by an index, or all of them. */
export function grantListReading(list: RetainedTable, grantee: IGrantable): Grant {
  const { tableArn } = list.table;
  const places = [tableArn, ...Object.values(listIndexes).map(({ name }) => `${tableArn}/index/${name}`)];
  return list.grantTo(grantee, ["BatchGetItem", "GetItem", "Query", "Scan"], places);
}

/** Lets somebody add, change and remove rows. */
export function grantListWriting(list: RetainedTable, grantee: IGrantable): Grant {
  return list.grantTo(grantee, ["BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem"], [list.table.tableArn], {
    "ForAllValues:StringNotEquals": { "dynamodb:Attributes": ownColumns },
    // The condition above is also met by a call that names no columns: this one refuses such a call.
    Null: { "dynamodb:Attributes": "false" },
  });
}
