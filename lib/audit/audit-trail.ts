import { Annotations, Duration } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import { auditIndexes, erasureAttributes } from "../../adapters/tables/audit";
import { tables } from "../../adapters/tables/tables";
import { CHANGE_SETS } from "../../engine/access-list/change-set";
import { PROPOSALS } from "../../engine/access-list/proposal";
import { INCIDENTS } from "../../engine/incidents/incident";
import type { GatehouseScope } from "../gatehouse-scope";
import { sourceFile } from "../resources/bundle";
import { gatehouseFunction, WORKER_MEMORY_MB } from "../resources/gatehouse-function";
import { RetainedTable } from "../resources/retained-table";
import { grantSecret } from "../resources/secrets";
import { readChanges } from "../resources/table-stream";

export interface AuditTrailProps {
  /** The tables that operators edit. */
  readonly edited: readonly RetainedTable[];
  /** What was changed in the access list. */
  readonly listChanges: RetainedTable;
  readonly personKey: ISecret;
}

/** Of many changes at once each batch asks the trail's end once. */
const WINDOW = Duration.seconds(1);

/** The record of who changed what: a table that only grows, and the function that copies changes of other tables into it. */
export class AuditTrail extends Construct {
  readonly table: RetainedTable;
  readonly reader: LambdaFunction;

  constructor(gatehouse: GatehouseScope, id: string, { edited, listChanges, personKey }: AuditTrailProps) {
    super(gatehouse, id);
    this.table = new RetainedTable(this, "Table", gatehouse, "audit");
    this.reader = gatehouseFunction(this, "Reader", {
      ...gatehouse.functionDefaults,
      description: "Brings what changes in the tables that operators edit into the audit trail",
      entry: sourceFile("lambda", "audit-trail"),
      memoryMb: WORKER_MEMORY_MB,
      timeout: Duration.seconds(30),
    });
    this.grantTell(this.reader);
    grantSecret(this.reader, environment.personKeySecret, personKey);
    for (const table of edited) this.read(gatehouse, table);
    // Beginning and end of each change set, proposals and incidents; the list's own stream reports a set's rows.
    this.read(gatehouse, listChanges, { set: { S: [CHANGE_SETS, PROPOSALS, INCIDENTS] } });
    // The author of a change to a row of the list.
    listChanges.grantRows(this.reader, "Query");
    gatehouse.alarms.alarmOnLag("AuditLag", this.reader, "Changes of tables wait to be written to the audit trail.", { window: WINDOW });
    gatehouse.addOutput(tables.audit.output, this.table.tableName, "Name of the table of who changed what");
  }

  private read(gatehouse: GatehouseScope, table: RetainedTable, keys?: object): void {
    if (table.table.tableStreamArn === undefined) {
      Annotations.of(this).addWarningV2(
        `gatehouse:audit-${table.node.id}`,
        `The audit trail does not tell of changes of the table ${table.tableName}, which was handed in without its stream: write the stream's ARN in place of the name.`,
      );
      return;
    }
    readChanges(gatehouse, this.reader, table, {
      reader: "audit-trail",
      events: ["INSERT", "MODIFY", "REMOVE"],
      maxBatchingWindow: WINDOW,
      ...(keys && { keys }),
    });
  }

  /**
   * Lets a function add entries, and see what it has to follow. No permission says "only under a key that is not there": each
   * write has that as its condition, and what is written over shows in the chain.
   */
  grantTell(lambda: LambdaFunction): void {
    this.table.grantRows(lambda, "PutItem", "Query");
  }

  /** Lets a function remove what entries say of a person, and touch nothing else of them. */
  grantErase(lambda: LambdaFunction): void {
    this.table.grantCells(lambda, erasureAttributes);
  }

  /** Lets a function find entries by whatever they are searched by. */
  grantSearch(lambda: LambdaFunction): void {
    this.table.grantRows(lambda, "GetItem");
    this.table.grantQuery(lambda, ...Object.values(auditIndexes));
  }
}
