import { Aspects, Duration, Lazy, Stack, Validations } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { SKIPPED_PREFIX } from "../../adapters/tables/skipped-rows";
import { groupBy } from "../../engine/collections";
import type { StreamReader } from "../../engine/work";
import { CALL_MS, RELAYED_STREAMS, type RelayedStream } from "../../handlers/stream-relay";
import type { GatehouseScope } from "../gatehouse-scope";
import { sourceFile } from "./bundle";
import { gatehouseFunction, WORKER_MEMORY_MB } from "./gatehouse-function";
import { BATCH_SIZE, FailedChanges, follow, GIVEN_UP_AFTER, type StreamSource } from "./stream-source";

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
