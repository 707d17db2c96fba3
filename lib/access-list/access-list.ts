import { Duration } from "aws-cdk-lib";
import { StreamViewType, type Table } from "aws-cdk-lib/aws-dynamodb";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import { sourceFile } from "../resources/bundle";
import { type FunctionDefaults, gatehouseFunction } from "../resources/gatehouse-function";
import { consoleUrlOf, retainedTable } from "../resources/retained-table";
import { readChanges } from "../resources/table-stream";

export interface AccessListProps {
  readonly defaults: FunctionDefaults;
  /** Classes of mail domains that the policy asks for. */
  readonly classes: readonly string[];
}

/** The operator's list: the table edited in the DynamoDB console, and the worker that keeps its spelling clean. */
export class AccessList extends Construct {
  readonly table: Table;
  readonly hygiene: IFunction;

  constructor(scope: Construct, id: string, { defaults, classes }: AccessListProps) {
    super(scope, id);
    this.table = retainedTable(this, "Table", { table: "accessList", stream: StreamViewType.NEW_AND_OLD_IMAGES });
    const hygiene = gatehouseFunction(this, "Hygiene", {
      ...defaults,
      description: "Brings access list entries into their normalised spelling and flags what it cannot read",
      entry: sourceFile("lambda", "access-list-hygiene"),
      environment: {
        [environment.accessListTable]: this.table.tableName,
        [environment.accessListClasses]: classes.join(","),
      },
      timeout: Duration.seconds(30),
    });
    // Reads the row as it stands, writes the new spelling, removes the old one.
    this.table.grant(hygiene, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem");
    // Tried again for as long as the stream holds it, a day: a deny must not be lost in silence. The lag alarm rings.
    readChanges(hygiene, this.table, { bisectBatchOnError: true });
    this.hygiene = hygiene;
  }

  /** The table's page in the AWS console. */
  get consoleUrl(): string {
    return consoleUrlOf(this.table);
  }
}
