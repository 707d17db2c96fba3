import { letSomebodyIn } from "../../../engine/sign-up/record";
import { alreadyHasAccount, hasAskedForApproval, toOutcomeKind, waitsForApproval } from "../../../engine/sign-up/recording";

it.each([
  { verdict: "continue", step: "before-create-user", is: true },
  { verdict: "continue", step: "after-sign-in", is: false },
  { verdict: "continue", step: "before-sending-token", is: false },
  { verdict: "block", step: "before-create-user", is: false },
  { verdict: "invalid", step: "before-create-user", is: false },
] as const)("the verdict $verdict at $step means an admission: $is", ({ is, ...decision }) => expect(letSomebodyIn(decision)).toBe(is));

it.each([
  { reason: "approval.requested", waits: true, asked: true, has: false },
  { reason: "approval.pending", waits: true, asked: false, has: false },
  { reason: "approval.waitlisted", waits: true, asked: false, has: false },
  { reason: "approval.approved", waits: true, asked: false, has: false },
  { reason: "approval.provisioned", waits: false, asked: false, has: true },
  { reason: "access-list.denied", waits: false, asked: false, has: false },
])("the reason $reason shows whether the person waits, was referred or has an account", ({ reason, waits, asked, has }) => {
  const reasons = ["other", reason];
  expect([waitsForApproval(reason), hasAskedForApproval(reasons), alreadyHasAccount(reasons)]).toEqual([waits, asked, has]);
  expect(toOutcomeKind({ verdict: "block", reasons })).toBe(waits ? "waiting" : "block");
  expect(toOutcomeKind({ verdict: "continue", reasons })).toBe("continue");
});
