import * as v from "valibot";
import { invalidMember } from "../../engine/fields";
import type { Row } from "../../engine/sign-up/rule";
import { type ApprovalRequest, approvalRequest } from "./request";

/** The columns of a brief. Without the attributes, tens of thousands of requests are read in seconds. */
const columns = [
  "id",
  "reference",
  "state",
  "gate",
  "personId",
  "email",
  "emailProven",
  "identities",
  "requestedAt",
  "changedAt",
  "answerBy",
  "askedOf",
  "stages",
  "asked",
  "escalatesAt",
  "ask",
  "waitlist",
] as const;
export type RequestBrief = Pick<ApprovalRequest, (typeof columns)[number]>;

export const briefColumns: readonly string[] = columns;
const brief = v.pick(approvalRequest, columns);

/** Undefined for an unreadable row: reading the whole row explains why. */
export function readBrief(row: Row): RequestBrief | undefined {
  return invalidMember(brief, row) === undefined ? (row as unknown as RequestBrief) : undefined;
}
