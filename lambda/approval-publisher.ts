import type { DynamoDBRecord } from "aws-lambda";
import * as v from "valibot";
import { type Item, toRow } from "../adapters/tables/item";
import {
  ACCOUNT_CREATED,
  ACCOUNT_FAILED,
  APPROVAL_DECIDED,
  APPROVAL_EXPIRED,
  APPROVAL_REQUESTED,
  approvalEvent,
} from "../engine/approvals/event";
import { readRequest, type Stored, states } from "../engine/approvals/request";
import { EVENT_SOURCE } from "../engine/sign-up/event";
import { changePublisher, isInstant } from "./publish-changes";

const instant = v.pipe(v.string(), v.check(isInstant));
/** What all events say. */
const told = {
  id: v.string(),
  time: instant,
  requestId: v.string(),
  reference: v.string(),
  state: v.picklist(states),
  onApproval: v.picklist(["provision", "continue"]),
  email: v.string(),
  emailProven: v.boolean(),
  issuers: v.array(v.string()),
  locales: v.array(v.string()),
  requestedAt: instant,
};
const decision = v.object({
  verdict: v.picklist(["approved", "denied"]),
  by: v.object({ kind: v.picklist(["cli", "iam", "console"]), name: v.string() }),
  at: instant,
  note: v.optional(v.string()),
});

/** What a row made or changed by hand may lack. */
const details = {
  [APPROVAL_REQUESTED]: v.object({ ...told, answerBy: instant, displayName: v.optional(v.string()) }),
  [APPROVAL_DECIDED]: v.object({ ...told, decision, passUntil: v.optional(instant) }),
  [APPROVAL_EXPIRED]: v.object({ ...told, from: v.picklist(["pending", "approved"]) }),
  [ACCOUNT_CREATED]: v.object({ ...told, accountId: v.string(), redeemUrl: v.optional(v.string()) }),
  [ACCOUNT_FAILED]: v.object({ ...told, failure: v.object({ reason: v.string(), detail: v.optional(v.string()) }) }),
};

/** Turns what happens to requests into events. */
export const handler = changePublisher((change) => {
  const after = readRequest(toRow(change.NewImage as Item));
  const event = approvalEvent(before(change), after);
  if (event === undefined) return undefined;
  const detail = v.parse(details[event.type], event.detail);
  return { source: EVENT_SOURCE, type: event.type, time: new Date(detail.time), detail };
});

/** Undefined too where the row could not be read before somebody mended it. */
function before({ OldImage }: NonNullable<DynamoDBRecord["dynamodb"]>): Stored {
  try {
    return OldImage && readRequest(toRow(OldImage as Item));
  } catch {
    return undefined;
  }
}
