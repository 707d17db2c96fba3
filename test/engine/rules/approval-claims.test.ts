import { type ApprovalRequest, requestKey } from "../../../engine/approvals/request";
import { approve, deny, waive } from "../../../engine/approvals/transitions";
import { approvalClaims } from "../../../engine/rules/approval-claims";
import { decide } from "../../../engine/sign-up/engine";
import { beforeSendingToken } from "../../../engine/sign-up/policy";
import { recordId } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import type { Identity, SignUp } from "../../../engine/sign-up/sign-up";
import { alice, DAY, kim, later, pending, rowOf } from "../approvals/requests";
import { hashOf, NOW, world } from "../sign-up/people";
import { saidBy } from "./said-by";

const policy = beforeSendingToken([approvalClaims({ approval: "state", approvedAt: "decidedAt", number: "reference" })]);

async function claims(request: ApprovalRequest | undefined, signUp: SignUp, now = NOW) {
  const rows = new Map<string, Row>(request === undefined ? [] : [[recordId(requestKey(request.id)), request as unknown as Row]]);
  const { answer, failure } = await decide(policy, { ...signUp, step: "before-sending-token" }, world({ now, read: async () => rows }));
  expect(failure).toBeUndefined();
  return answer.kind === "continue" ? answer.attributes : answer;
}

const pass = rowOf(approve(pending({ onApproval: "continue" }), { by: alice }, NOW));

describe("approvalClaims", () => {
  it.each<{ given: string; request?: ApprovalRequest; after?: number }>([
    { given: "never asked" },
    { given: "waits", request: pending() },
    { given: "was denied", request: rowOf(deny(pending(), { by: alice }, NOW)) },
    { given: "was let in by the policy, unapproved", request: rowOf(waive(pending(), NOW)) },
    { given: "was denied, and let in by the policy", request: rowOf(waive(rowOf(deny(pending(), { by: alice }, NOW)), NOW)) },
    { given: "let the pass lapse", request: pass, after: 8 * DAY },
  ])("says nothing of who $given", async ({ request, after = 0 }) => expect(await claims(request, kim, later(after))).toEqual({}));

  it("says when, and under which code, somebody was approved", async () =>
    expect(await claims(pass, kim)).toEqual({ approval: "approved", approvedAt: NOW.toISOString(), number: pass.reference }));

  it("finds who signed up with an address, where a token's event names no account", async () => {
    const local: Identity = { signInType: "emailAddress", issuer: "contoso.onmicrosoft.com", issuerAssignedId: kim.email };
    const request = rowOf(approve(pending({ onApproval: "continue", signUp: { ...kim, identities: [local] } }), { by: alice }, NOW));
    expect(await claims(request, { ...kim, identities: [] })).toMatchObject({ approval: "approved" });
    expect(await claims(request, { ...kim, identities: [], emailTyped: true })).toEqual({});
    expect(await claims(request, { ...kim, identities: [{ issuer: "google.com", issuerAssignedId: "1" }] })).toEqual({});
  });

  it.each([{ approval: "verdict" }, { email: "state" }])("does not start with %p", (given) =>
    expect(() => approvalClaims(given as never)).toThrow(TypeError),
  );
});

it("reads no row of somebody whom a token's event names by nothing", () =>
  expect(approvalClaims({ approval: "state" }).needs?.({ ...kim, email: "", identities: [] }, hashOf, NOW)).toEqual([]));

it("says each fact in the claim that the policy names, and nothing else", async () => {
  const rule = approvalClaims({ approval: "state", approvedAt: "decidedAt", number: "reference" });
  const rows = [[requestKey(pass.id), pass as unknown as Row]] as const;
  expect(await saidBy(rule, { ...kim, step: "before-sending-token" }, { rows })).toStrictEqual({
    kind: "continue",
    attributes: { approval: "approved", approvedAt: NOW.toISOString(), number: pass.reference },
  });
  expect(await saidBy(rule, { ...kim, step: "before-sending-token" })).toStrictEqual({ kind: "continue" });
});
