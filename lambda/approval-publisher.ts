import type { DynamoDBRecord } from "aws-lambda";
import { type Item, toRow } from "../adapters/tables/item";
import { type ApprovalEvent, approvalEvent, approvalEvents } from "../engine/approvals/event";
import { readRequest, type Stored } from "../engine/approvals/request";
import { parsed } from "../engine/schema";
import { EVENT_SOURCE } from "../engine/sign-up/event";
import { changePublisher } from "./publish-changes";

/** Turns what happens to requests into events. */
export const handler = changePublisher((change) => {
  const after = readRequest(toRow(change.NewImage as Item));
  const event = approvalEvent(before(change), after);
  if (event === undefined) return undefined;
  // A row made or changed by hand may lack what an event has to say.
  const detail = parsed<ApprovalEvent["detail"]>(approvalEvents[event.type], event.detail);
  return { source: EVENT_SOURCE, type: event.type, time: new Date(detail.time), detail };
});

/** Undefined too where the row could not be read before somebody fixed it. */
function before({ OldImage }: NonNullable<DynamoDBRecord["dynamodb"]>): Stored {
  try {
    return OldImage && readRequest(toRow(OldImage as Item));
  } catch {
    return undefined;
  }
}
