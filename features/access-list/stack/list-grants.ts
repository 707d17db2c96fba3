import type { Grant, IGrantable } from "aws-cdk-lib/aws-iam";
import type { RetainedTable } from "../../../lib/resources/retained-table";
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
    // A call without columns also meets the condition above. This one refuses such a call.
    Null: { "dynamodb:Attributes": "false" },
  });
}
