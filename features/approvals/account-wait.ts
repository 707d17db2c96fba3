import * as v from "valibot";
import { groupBy } from "../../engine/collections";
import { invalidMember } from "../../engine/fields";
import type { Row } from "../../engine/sign-up/rule";
import { isPast, MS_PER_MINUTE, timeAfter } from "../../engine/sign-up/time";
import { type ApprovalRequest, approvalRequest, type ProvisioningFailure } from "./request";

/** A worker usually makes an account within this time of the approval. */
const USUAL_MS = 2 * MS_PER_MINUTE;

const columns = ["id", "state", "onApproval", "changedAt", "decision", "retryAt", "attempts", "failure", "lease"] as const;
export type WaitingRequest = Pick<ApprovalRequest, (typeof columns)[number]>;

export const waitColumns: readonly string[] = columns;
const waiting = v.pick(approvalRequest, columns);

export function isWaitingRequest(row: Row): boolean {
  return invalidMember(waiting, row) === undefined;
}

/** An approved person's account that is not made, although Gatehouse should have made it. Times are in ISO 8601. */
export interface AccountWait {
  readonly since: string;
  /** Why the last try failed. Absent if none was made, or the worker was cut off. */
  readonly failure?: ProvisioningFailure;
  /** Absent while a worker tries, and if nobody knows when one will. */
  readonly nextTry?: string;
  /** Only without a failure: a worker is trying now, or one tried before. Absent if none has tried. */
  readonly tried?: "now" | "before";
}

/** Undefined if no account is owed, or if it may still come by itself. */
export function findAccountWait(
  request: Pick<WaitingRequest, "state" | "changedAt"> & Partial<WaitingRequest>,
  now: Date,
): AccountWait | undefined {
  const { state, onApproval, changedAt, decision, retryAt, attempts = 0, failure, lease } = request;
  if (onApproval !== "provision") return undefined;
  const isUsual = !isPast(timeAfter(changedAt, USUAL_MS), now);
  const isOwed =
    (state === "approved" && (retryAt !== undefined || attempts > 0 || !isUsual)) ||
    (state === "provisioning" && (attempts > 0 || (lease !== undefined && isPast(lease.until, now))));
  if (!isOwed) return undefined;
  const isTrying = state === "provisioning" && !(lease !== undefined && isPast(lease.until, now));
  const tried = isTrying ? "now" : attempts > 0 || state === "provisioning" ? "before" : undefined;
  return {
    since: decision?.at ?? changedAt,
    ...(failure ? { failure } : tried && { tried }),
    ...(retryAt !== undefined && { nextTry: retryAt }),
  };
}

export interface AccountWaits extends AccountWait {
  readonly count: number;
}

/** Sums up the waits: the longest, the most frequent failure, the soonest next try. Undefined if there are none. */
export function sumAccountWaits(waits: readonly AccountWait[]): AccountWaits | undefined {
  const [since] = waits.map((wait) => wait.since).sort();
  if (since === undefined) return undefined;
  const failures = groupBy(
    waits.flatMap(({ failure }) => failure ?? []),
    ({ reason }) => reason,
  );
  const [most] = [...failures.values()].sort((one, other) => other.length - one.length);
  const [nextTry] = waits.flatMap((wait) => wait.nextTry ?? []).sort();
  const tried = (["now", "before"] as const).find((each) => waits.some((wait) => wait.tried === each));
  return {
    ...{ count: waits.length, since },
    ...(most?.[0] ? { failure: most[0] } : tried && { tried }),
    ...(nextTry !== undefined && { nextTry }),
  };
}
