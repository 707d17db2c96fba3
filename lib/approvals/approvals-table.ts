import { AttributeType, ProjectionType, StreamViewType } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import { approvalIndexes } from "../../adapters/tables/approvals";
import { RetainedTable } from "../resources/retained-table";

/** The table of requests to be let in. Its stream starts what follows a change. */
export function approvalsTable(scope: Construct, id: string): RetainedTable {
  const table = new RetainedTable(scope, id, { table: "approvals", stream: StreamViewType.NEW_AND_OLD_IMAGES });
  for (const { name, partitionKey, sortKey } of Object.values(approvalIndexes)) {
    table.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      sortKey: { name: sortKey, type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
  }
  return table;
}
