import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { awsClient, dynamodb } from "../adapters/aws/client";
import { environment, required } from "../adapters/aws/environment";
import { accessListStore, type Tidying } from "../adapters/tables/access-list";
import { classNames } from "../engine/access-list/entry";
import { count, logger } from "./report";

const classes = classNames.filter((name) => (process.env[environment.accessListClasses] ?? "").split(",").includes(name));
const store = accessListStore(awsClient(dynamodb), required(environment.accessListTable), classes);

/** Tidies each row that was added or changed. Stops at the first that fails: the stream delivers again from there. */
export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  for (const { dynamodb: change } of event.Records) {
    const entry = change?.Keys?.entry?.S;
    if (entry === undefined) continue;
    try {
      report(await store.tidy(entry, new Date()));
    } catch (error) {
      logger.error("hygiene failed", { error: error instanceof Error ? error.name : typeof error });
      return { batchItemFailures: [{ itemIdentifier: change?.SequenceNumber ?? "" }] };
    }
  }
  return { batchItemFailures: [] };
}

/** Says what was done, but not to which entry: it may be somebody's address. */
function report(done: Tidying): void {
  // Every row that was typed by hand is indexed: nobody need read of it.
  if (done === "left" || done === "indexed") return;
  logger[done === "oversized" ? "warn" : "info"](`access list row ${done}`);
  if (done === "flagged" || done === "oversized") count("HygieneProblems");
}
