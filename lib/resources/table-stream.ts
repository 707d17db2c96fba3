import { Aspects, Duration, Lazy, Stack, Validations } from "aws-cdk-lib";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import {
  FilterCriteria,
  type IEventSourceDlq,
  type IFunction,
  type Function as LambdaFunction,
  StartingPosition,
} from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, type DynamoEventSourceProps } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { SKIPPED_PREFIX } from "../../adapters/tables/skipped-rows";
import { WORK_PREFIX } from "../../adapters/tables/work-notes";
import { groupBy } from "../../engine/collections";
import type { StreamReader } from "../../engine/work";
import { CALL_MS, RELAYED_STREAMS, type RelayedStream, type RowFilter } from "../../handlers/stream-relay";
import type { GatehouseScope } from "../gatehouse-scope";
import { PERIOD } from "../operations/alarms";
import { sourceFile } from "./bundle";
import { Encryption } from "./encryption";
import { deadLetterQueue } from "./event-rules";
import { gatehouseFunction, WORKER_MEMORY_MB } from "./gatehouse-function";
import type { RetainedTable } from "./retained-table";

export interface ChangesProps extends Omit<StreamSource, "filters" | "maxRecordAge"> {
  /** The function's name among the readers of streams. */
  readonly reader: StreamReader;
  /** Filter for the new row, in the form of event sources: `{ state: { S: ["approved"] } }`. @default anything */
  readonly newImage?: RowFilter;
  /** @default added and changed rows */
  readonly events?: readonly ("INSERT" | "MODIFY" | "REMOVE")[];
  /** The function also gets removed rows whose keys match this filter, whatever `events` says. @default the function gets only `events` */
  readonly removedKeys?: RowFilter;
  /** Filter for keys, in the form of event sources. @default any */
  readonly keys?: RowFilter;
}

/**
 * Calls a function with the changes of `events` and `removedKeys`, in order. If the function fails, the same rows come again for 18 hours.
 * After that, a message in a queue names the rows' place in the stream. A function that can never handle a row skips the row and notes it
 * in the ledger.
 */
export function readChanges(
  gatehouse: GatehouseScope,
  lambda: LambdaFunction,
  { table }: RetainedTable,
  { reader, newImage, keys, removedKeys, events = ["INSERT", "MODIFY"], ...props }: ChangesProps,
): void {
  const row = { ...(newImage && { NewImage: newImage }), ...(keys && { Keys: keys }) };
  const changes = { eventName: events, ...(Object.keys(row).length > 0 && { dynamodb: row }) };
  const removalFilter = removedKeys && { eventName: ["REMOVE"], dynamodb: { Keys: removedKeys } };
  const source = { filters: [changes, ...(removalFilter ? [removalFilter] : [])], ...props };
  if (gatehouse.tableDefaults.areGlobal) StreamRelay.of(gatehouse).add({ reader, lambda, table, source });
  else follow(gatehouse, lambda, table, source);
  gatehouse.ledger.grantRowsUnder(lambda, [`${SKIPPED_PREFIX}${reader}`, `${WORK_PREFIX}${reader}`], "GetItem", "PutItem");
  if (lambda.role) {
    Validations.of(lambda.role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason:
        "dynamodb:ListStreams, which an event source needs, events:ListRules and lambda:ListEventSourceMappings take no narrower resource.",
    });
  }
}

interface StreamRead {
  readonly reader: StreamReader;
  readonly lambda: LambdaFunction;
  readonly table: ITableV2;
  readonly source: StreamSource;
}

/** Longer than `CALL_MS`, the time for which the relay waits for a reader. */
const TIMEOUT = Duration.millis(CALL_MS).plus(Duration.seconds(15));
const LONGEST_WINDOW = Duration.seconds(30);
/** Age at which the relay gives up a change for a reader with `retryAttempts`. Such a reader's rows are found later in another way. */
const SOON = Duration.minutes(5);
/**
 * Higher than the readers' own limits, so that no reader loses a change while the relay waits for another reader. Lower than the 24 hours
 * after which the stream forgets a change.
 */
const RELAY_GIVES_UP_AFTER = Duration.hours(23);

/**
 * If tables have copies and several functions follow a stream, the relay reads this stream and calls the functions. Replication reads the
 * stream as well, and AWS advises at most one more reader.
 */
export class StreamRelay extends Construct {
  private readonly reads: StreamRead[] = [];
  private readonly relay: LambdaFunction;

  static of(gatehouse: GatehouseScope): StreamRelay {
    return (gatehouse.node.tryFindChild("StreamRelay") as StreamRelay | undefined) ?? new StreamRelay(gatehouse);
  }

  private constructor(private readonly gatehouse: GatehouseScope) {
    super(gatehouse, "StreamRelay");
    const streams = Lazy.string({ produce: () => Stack.of(this).toJsonString(this.shared.map(toRelayedStream)) });
    this.relay = gatehouseFunction(this, "Function", {
      ...gatehouse.functionDefaults,
      description: "Hands what changes in tables with copies in other regions on to the functions that follow them",
      entry: sourceFile("lambda", "stream-relay"),
      environment: { [RELAYED_STREAMS]: streams },
      memoryMb: WORKER_MEMORY_MB,
      timeout: TIMEOUT,
    });
    // The relay notes skipped changes for its readers.
    gatehouse.ledger.grantRowsUnder(this.relay, SKIPPED_PREFIX, "GetItem", "PutItem");
    if (this.relay.role) {
      const reason = "dynamodb:ListStreams, which an event source needs, takes no narrower resource.";
      Validations.of(this.relay.role).acknowledge({ id: "AwsSolutions-IAM5[Resource::*]", reason });
    }
    gatehouse.alarms.alarmOnLag(this.relay, LONGEST_WINDOW);
    // `FailedChanges` makes an alarm, which must be made before the dashboard lists the alarms.
    FailedChanges.of(gatehouse);
    // The aspect runs after the app's own parts have added the streams that they follow.
    Aspects.of(this).add({ visit: (node) => void (node === this && this.build()) });
  }

  add(read: StreamRead): void {
    if ((read.lambda.timeout ?? TIMEOUT).toMilliseconds() >= CALL_MS)
      throw new RangeError(`${read.reader} takes longer than the relay waits.`);
    this.reads.push(read);
  }

  private get byTable(): readonly (readonly StreamRead[])[] {
    return [...groupBy(this.reads, ({ table }) => table.node.path).values()];
  }

  private get shared(): readonly (readonly StreamRead[])[] {
    return this.byTable.filter(({ length }) => length > 1);
  }

  private build(): void {
    for (const reads of this.byTable) {
      for (const { lambda, table, source } of reads.length > 1 ? [this.inPlaceOf(reads)] : reads)
        follow(this.gatehouse, lambda, table, source);
    }
    // `grantInvoke` would also allow every version of the functions.
    const resources = [...new Set(this.shared.flatMap((reads) => reads.map(({ lambda }) => lambda.functionArn)))];
    this.relay.addToRolePolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources }));
  }

  /** The relay takes every change that any reader takes, and gathers changes for the shortest time of all readers. */
  private inPlaceOf(reads: readonly StreamRead[]): Omit<StreamRead, "reader"> {
    const sources = reads.map(({ source }) => source);
    const windows = sources.map(({ maxBatchingWindow }) => maxBatchingWindow?.toSeconds() ?? 0);
    const source: StreamSource = {
      filters: sources.flatMap(({ filters }) => filters),
      batchSize: Math.min(...sources.map(({ batchSize = BATCH_SIZE }) => batchSize)),
      maxBatchingWindow: Duration.seconds(Math.min(LONGEST_WINDOW.toSeconds(), ...windows)),
      maxRecordAge: RELAY_GIVES_UP_AFTER,
    };
    return { lambda: this.relay, table: (reads[0] as StreamRead).table, source };
  }
}

function toRelayedStream(reads: readonly StreamRead[]): RelayedStream {
  return {
    stream: reads[0]?.table.tableStreamArn ?? "",
    readers: reads.map(({ reader, lambda, source }) => ({
      reader,
      name: lambda.functionName,
      filters: source.filters,
      givesUpAfterMs: (source.retryAttempts === undefined ? GIVEN_UP_AFTER : SOON).toMilliseconds(),
    })),
  };
}

/** Maximum number of rows of a DynamoDB stream in one invocation. */
export const BATCH_SIZE = 100;
/**
 * The age at which a function gives up a change. The stream forgets the change only after 24 hours, so people still have time to read it
 * there.
 */
const GIVEN_UP_AFTER = Duration.hours(18);

interface StreamSource extends Pick<DynamoEventSourceProps, "batchSize" | "maxBatchingWindow" | "maxRecordAge" | "retryAttempts"> {
  /** A change must match one of the filters. */
  readonly filters: readonly RowFilter[];
}

/** Makes a function follow a table's stream by its own event source. */
export function follow(gatehouse: GatehouseScope, lambda: LambdaFunction, table: ITableV2, { filters, ...props }: StreamSource): void {
  lambda.addEventSource(
    new DynamoEventSource(table, {
      // Begins with the oldest change, so a region that takes over misses nothing.
      startingPosition: StartingPosition.TRIM_HORIZON,
      enabled: !gatehouse.standby,
      batchSize: BATCH_SIZE,
      reportBatchItemFailures: true,
      // The batch is halved after a crash or timeout, so that its other rows are handled.
      bisectBatchOnError: true,
      maxRecordAge: GIVEN_UP_AFTER,
      onFailure: FailedChanges.of(gatehouse).destination,
      filters: filters.map((pattern) => FilterCriteria.filter({ ...pattern })),
      ...props,
    }),
  );
}

/** A Gatehouse's queue for changes that functions gave up. A message names the place of rows in the stream, without their content. */
export class FailedChanges extends Construct {
  readonly queue: Queue;

  static of(gatehouse: GatehouseScope): FailedChanges {
    return (gatehouse.node.tryFindChild("FailedChanges") as FailedChanges | undefined) ?? new FailedChanges(gatehouse);
  }

  private constructor(gatehouse: GatehouseScope) {
    super(gatehouse, "FailedChanges");
    this.queue = deadLetterQueue(this, "Queue");
    const givenUp = this.queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM });
    const metrics = [gatehouse.alarms.counted("RowsSkipped"), gatehouse.alarms.counted("HygieneProblems"), givenUp];
    const what = "A row cannot be read as it was written, or a function skipped or gave up on one: the alarm's graph shows which.";
    gatehouse.alarms.alarmOnSum("FailedChanges", metrics, what);
    gatehouse.addOutput("FailedChangesUrl", this.queue.queueUrl, "The queue that says which rows of a stream a function gave up on");
  }

  /** The CDK's SqsDlq would also let the function read the queue's attributes. */
  get destination(): IEventSourceDlq {
    const { queueArn } = this.queue;
    return {
      bind: (_, reader: IFunction) => {
        reader.addToRolePolicy(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queueArn] }));
        Encryption.of(this)?.allow(reader, "sqs", "Decrypt", "GenerateDataKey");
        return { destination: queueArn };
      },
    };
  }
}
