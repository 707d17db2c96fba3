import { Duration } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import { LOOK_ALIKE_PREFIX } from "../../adapters/tables/look-alikes";
import { tables } from "../../adapters/tables/tables";
import type { GatehouseScope } from "../gatehouse-scope";
import { sourceFile } from "../resources/bundle";
import { gatehouseFunction } from "../resources/gatehouse-function";
import { RetainedTable } from "../resources/retained-table";
import { readChanges } from "../resources/table-stream";

export interface AccessListProps {
  /** Classes of mail domains that the policy asks for. */
  readonly classes: readonly string[];
}

/** The operator's list: the table edited in the DynamoDB console, and the worker that keeps its spelling clean. */
export class AccessList extends Construct {
  readonly table: RetainedTable;
  /** Each import and edit, with its author and the rows before it. */
  readonly changes: RetainedTable;
  readonly hygiene: LambdaFunction;

  constructor(gatehouse: GatehouseScope, id: string, { classes }: AccessListProps) {
    super(gatehouse, id);
    this.table = new RetainedTable(this, "Table", gatehouse, "accessList");
    this.changes = new RetainedTable(this, "Changes", gatehouse, "listChanges");
    gatehouse.addOutput(tables.listChanges.output, this.changes.tableName, "Name of the table of what was changed in the access list");
    const hygiene = gatehouseFunction(this, "Hygiene", {
      ...gatehouse.functionDefaults,
      description: "Brings access list entries into their normalised spelling and flags what it cannot read",
      entry: sourceFile("lambda", "access-list-hygiene"),
      environment: { [environment.accessListClasses]: classes.join(",") },
      timeout: Duration.seconds(30),
    });
    // Reads the row, writes the new spelling, removes the old one.
    this.table.grantRows(hygiene, "GetItem", "PutItem", "DeleteItem");
    // A deny must not be lost in silence: the lag alarm rings after minutes, and what is finally given up is reported.
    readChanges(gatehouse, hygiene, this.table, { reader: "access-list-hygiene" });
    // Notes which domains are allowed, so that look-alikes are found by key.
    gatehouse.ledger.grantRowsUnder(hygiene, LOOK_ALIKE_PREFIX, "BatchGetItem", "GetItem", "PartiQLInsert", "PutItem", "UpdateItem");
    this.hygiene = hygiene;
    gatehouse.alarms.alarmOnCount("HygieneProblems", "An access list row cannot be read as typed.", "AccessListProblems");
    gatehouse.alarms.alarmOnLag("AccessListLag", hygiene, "Edits of the access list wait to be tidied.");
  }
}
