import { Validations } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { SKIPPED_PREFIX } from "../../adapters/tables/skipped-rows";
import { WORK_PREFIX } from "../../adapters/tables/work-notes";
import type { StreamReader } from "../../engine/work";
import type { RowFilter } from "../../handlers/stream-relay";
import type { GatehouseScope } from "../gatehouse-scope";
import type { RetainedTable } from "./retained-table";
import { StreamRelay } from "./stream-relay";
import { follow, type StreamSource } from "./stream-source";

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
