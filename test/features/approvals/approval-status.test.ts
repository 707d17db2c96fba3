import { decide } from "../../../engine/sign-up/engine";
import { afterSignIn } from "../../../engine/sign-up/policy";
import { recordId } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import { approvalStatus } from "../../../features/approvals/approval-status";
import { type ApprovalRequest, requestKey } from "../../../features/approvals/request";
import { approve, claim, complete, deny, fail } from "../../../features/approvals/transitions";
import { NOW, world } from "../../engine/sign-up/people";
import { alice, DAY, HOUR, kim, later, MINUTE, pending, rowOf } from "./requests";

const approved = rowOf(approve(pending(), { by: alice }, NOW));
const provisioning = rowOf(claim(approved, { holder: "w", leaseMs: MINUTE }, NOW));
const provisioned = rowOf(complete(provisioning, "w", { id: "a" }, NOW));
const failed = rowOf(fail(provisioning, "w", { reason: "x" }, NOW));
const denied = rowOf(deny(pending({ askAgainAfterDays: 30 }), { by: alice }, NOW));
const pass = rowOf(approve(pending({ onApproval: "continue" }), { by: alice }, NOW));

async function status(request: ApprovalRequest | undefined, now: Date) {
  const rows = new Map<string, Row>(request === undefined ? [] : [[recordId(requestKey(request.id)), request as unknown as Row]]);
  const write = vi.fn(async () => true);
  const signUp = { ...kim, step: "after-sign-in" as const };
  const { answer, trace } = await decide(afterSignIn([approvalStatus()]), signUp, world({ now, read: async () => rows, write }));
  expect(write).not.toHaveBeenCalled();
  return answer.kind === "block" ? answer.reason : trace[0]?.findings?.approval;
}

describe("after sign-in", () => {
  it.each<{ given: string; request?: ApprovalRequest; after?: number; says: string }>([
    { given: "has not asked", says: "none" },
    { given: "waits", request: pending(), says: "approval.pending" },
    { given: "waited in vain", request: pending(), after: 14 * DAY, says: "expired" },
    { given: "was denied", request: denied, after: 29 * DAY, says: "approval.denied" },
    { given: "was denied and may ask again", request: denied, after: 30 * DAY, says: "denied" },
    { given: "was approved", request: approved, after: HOUR, says: "approval.approved" },
    { given: "gets an account", request: provisioning, says: "approval.approved" },
    { given: "has an account", request: provisioned, says: "approval.provisioned" },
    { given: "had an account", request: provisioned, after: DAY, says: "provisioned" },
    { given: "cannot get an account", request: failed, says: "approval.failed" },
    { given: "has a pass", request: pass, says: "approved" },
    { given: "let a pass lapse", request: pass, after: 7 * DAY, says: "expired" },
    { given: "went through just now", request: { ...pass, state: "admitted" }, says: "admitted" },
    { given: "has a row that cannot be read", request: { ...pass, state: "ok" as never }, says: "gatehouse.unavailable" },
  ])("a person who $given gets $says", async ({ request, after = 0, says }) => expect(await status(request, later(after))).toBe(says));

  it("needs only read access", () => expect(approvalStatus().uses).toEqual([{ table: "approvals", access: "read" }]));
});
