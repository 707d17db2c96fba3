import { Annotations, Duration, Lazy, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { workerEnvironment } from "../../../adapters/aws/environment";
import type { RowKind } from "../../../adapters/tables/row-kind";
import type { GateScope, StackFeature } from "../../../lib/feature";
import { startEvery } from "../../../lib/resources/event-rules";
import { featureWorker, grantWorkNotes } from "../../../lib/resources/gatehouse-function";
import type { RetainedTable } from "../../../lib/resources/retained-table";
import { type ChangesProps, readChanges } from "../../../lib/resources/table-stream";
import { keysUnder } from "../../row-kinds";
import { auditIndexes, erasureAttributes } from "../store/trail";
import type { WatchedStreams } from "../store/watched-streams";

const isAudited = ({ audited }: RowKind) => audited !== undefined;

/** Collects changes for this long, so that the log's end is read only once for many changes. */
const WINDOW = Duration.seconds(1);
/** Interval between checks of the streams. It is also the period of the alarm's metric. */
const WATCHED_EVERY = Duration.minutes(5);

export const auditTrailFeature: StackFeature<object, AuditTrail> = {
  order: 6,
  name: "audit",
  build: (scope) => new AuditTrail(scope),
  grantPages(pages, scope) {
    scope.built(auditTrailFeature)?.grantTell(pages);
    scope.built(auditTrailFeature)?.grantSearch(pages);
  },
};

/** The audit log's table, which only grows, and the function that copies changes of other tables into it. */
export class AuditTrail {
  private readonly table: RetainedTable;
  private readonly reader: LambdaFunction;
  private readonly place: Construct;
  private readonly streams: string[] = [];

  constructor(gatehouse: GateScope) {
    const { decisions, listChanges, audit } = gatehouse.tables;
    this.table = audit;
    this.place = audit.node.scope as Construct;
    this.reader = featureWorker(gatehouse, this.place, "Reader", {
      description: "Records changes of the tables that operators edit in the audit trail",
      entry: "audit/audit-trail",
      timeout: Duration.seconds(30),
    });
    this.grantTell(this.reader);
    gatehouse.records.grantPersonKey(this.reader);
    for (const name of ["accessList", "profiles", "referenceData"] as const)
      gatehouse.whenMade(name, (table) => this.read(gatehouse, table));
    // From `listChanges`, the reader needs only the rows of proposals, of incidents, and of a change set's start and end. Edits are in the
    // access list's stream.
    this.read(gatehouse, listChanges, { set: { S: keysUnder("listChanges", isAudited) } });
    gatehouse.records.unlessHeard(() => this.read(gatehouse, decisions, { reference: { S: keysUnder("decisions", isAudited) } }));
    gatehouse.alarms.alarmOnLag(this.reader, WINDOW);
    if (!gatehouse.facts.servedLocally) this.watch(gatehouse);
  }

  /** Checks that changes reach the reader. If none reach it, the alarm for delays does not ring. */
  private watch(gatehouse: GateScope): void {
    const { alarms, functionDefaults, standby, tableDefaults } = gatehouse;
    // In an isolated network, the reader cannot ask Lambda without an endpoint. That would cost more than this check is worth.
    const cannotAsk = functionDefaults.network?.isIsolated ?? false;
    const reader = cannotAsk ? "unknown" : tableDefaults.areGlobal ? "any" : "own";
    const buildWatchedStreams = () => ({ streams: this.streams, reader }) satisfies WatchedStreams;
    const json = Lazy.string({ produce: () => Stack.of(this.place).toJsonString(buildWatchedStreams()) });
    this.reader.addEnvironment(workerEnvironment.auditedStreams, json);
    if (!cannotAsk) this.reader.addToRolePolicy(new PolicyStatement({ actions: ["lambda:ListEventSourceMappings"], resources: ["*"] }));
    grantWorkNotes(gatehouse, this.reader, "audit-streams");
    startEvery(WATCHED_EVERY, this.reader, this.reader, {
      description: "Checks that the audit trail gets the changes of the tables",
      standby,
    });
    alarms.alarmOn("StreamUnread", {
      metric: alarms.counted("StreamsUnread"),
      what: "A table's stream is off, or the audit trail does not read it: changes made outside Gatehouse leave no entry.",
      // Runs are not exactly five minutes apart, so a period may contain no run. The alarm therefore rings if one of three periods is bad.
      periods: { ringing: 1, of: 3 },
    });
  }

  private read(gatehouse: GateScope, table: RetainedTable, keys?: ChangesProps["keys"]): void {
    if (table.table.tableStreamArn === undefined) {
      Annotations.of(this.place).addWarningV2(
        `gatehouse:audit-${table.node.id}`,
        `The audit trail does not record changes of the table ${table.tableName}, because the table was handed in without its stream: write the stream's ARN in place of the name.`,
      );
      return;
    }
    this.streams.push(table.table.tableStreamArn);
    table.grantDescribe(this.reader);
    readChanges(gatehouse, this.reader, table, {
      reader: "audit-trail",
      events: ["INSERT", "MODIFY", "REMOVE"],
      maxBatchingWindow: WINDOW,
      ...(keys && { keys }),
    });
  }

  /**
   * Lets a function add entries. IAM cannot forbid overwriting an entry. But each write requires a new key, and the chain would show an
   * overwrite.
   */
  grantTell(lambda: LambdaFunction): void {
    this.table.grantRows(lambda, "PutItem", "Query");
  }

  /** Lets a function remove personal details from entries, and change nothing else. */
  grantErase(lambda: LambdaFunction): void {
    this.table.grantCells(lambda, erasureAttributes);
  }

  grantSearch(lambda: LambdaFunction): void {
    this.table.grantRows(lambda, "GetItem");
    this.table.grantQuery(lambda, ...Object.values(auditIndexes));
  }
}
