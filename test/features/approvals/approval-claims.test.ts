import { decide } from "../../../engine/sign-up/engine";
import { beforeSendingToken } from "../../../engine/sign-up/policy";
import { recordId } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import type { Identity, SignUp } from "../../../engine/sign-up/sign-up";
import { approvalClaims } from "../../../features/approvals/approval-claims";
import { type ApprovalRequest, requestKey } from "../../../features/approvals/request";
import { approve, deny, waive } from "../../../features/approvals/transitions";
import { saidBy } from "../../engine/rules/said-by";
import { hashOf, NOW, world } from "../../engine/sign-up/people";
import { alice, DAY, kim, later, pending, rowOf } from "./requests";

const facts = { approval: "state", approvedAt: "decidedAt", number: "reference" } as const;

async function claims(request: ApprovalRequest | undefined, signUp: SignUp, now = NOW, trust?: readonly string[]) {
  const policy = beforeSendingToken([approvalClaims(facts)], trust && { trust });
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
  ])("adds no claims about a person who $given", async ({ request, after = 0 }) =>
    expect(await claims(request, kim, later(after))).toEqual({}),
  );

  it("gives the time of an approval and its code", async () =>
    expect(await claims(pass, kim)).toEqual({ approval: "approved", approvedAt: NOW.toISOString(), number: pass.reference }));

  describe("finds a person by address only if a trusted provider asserts it:", () => {
    const local: Identity = { signInType: "emailAddress", issuer: "contoso.onmicrosoft.com", issuerAssignedId: kim.email };
    const unknown: Identity = { issuer: "unknown" };
    const google: Identity = { issuer: "google.com", issuerAssignedId: "1" };
    const approvalOf = (identities: readonly Identity[]) =>
      rowOf(approve(pending({ onApproval: "continue", signUp: { ...kim, identities } }), { by: alice }, NOW));

    it.each<{ given: string; asked: readonly Identity[]; token: Partial<SignUp>; trust?: readonly string[]; finds?: boolean }>([
      { given: "a passcode", asked: [local], token: { identities: [local] }, finds: true },
      { given: "a passcode that the policy does not trust", asked: [local], token: { identities: [local] }, trust: ["google.com"] },
      { given: "a passcode, the address typed", asked: [local], token: { identities: [local], emailTyped: true } },
      { given: "no provider", asked: [local], token: { identities: [] } },
      { given: "no provider, where the directory is trusted", asked: [local], token: { identities: [] }, trust: ["entra"], finds: true },
      { given: "a typed address, where it is trusted", asked: [local], token: { identities: [], emailTyped: true }, trust: ["entra"] },
      { given: "an unknown provider", asked: [unknown], token: { identities: [unknown], emailTyped: true } },
      { given: "another provider's account", asked: [local], token: { identities: [google] }, trust: ["google.com", "mail"] },
      { given: "the account that asked, whatever is trusted", asked: [google], token: { identities: [google] }, trust: [], finds: true },
      { given: "that account, the address typed", asked: [google], token: { identities: [google], emailTyped: true }, finds: true },
    ])("$given", async ({ asked, token, trust, finds = false }) => {
      const found = await claims(approvalOf(asked), { ...kim, ...token }, NOW, trust);
      expect(found).toEqual(finds ? expect.objectContaining({ approval: "approved" }) : {});
    });
  });

  it.each([{ approval: "verdict" }, { email: "state" }])("cannot be made with %p", (given) =>
    expect(() => approvalClaims(given as never)).toThrow(TypeError),
  );
});

it("approvalClaims reads no row if a token's event does not identify the person", () =>
  expect(approvalClaims({ approval: "state" }).needs?.({ ...kim, email: "", identities: [] }, hashOf, NOW)).toEqual([]));

it("approvalClaims puts each fact into the claim that the policy names, and adds nothing else", async () => {
  const rule = approvalClaims({ approval: "state", approvedAt: "decidedAt", number: "reference" });
  const rows = [[requestKey(pass.id), pass as unknown as Row]] as const;
  expect(await saidBy(rule, { ...kim, step: "before-sending-token" }, { rows })).toStrictEqual({
    kind: "continue",
    attributes: { approval: "approved", approvedAt: NOW.toISOString(), number: pass.reference },
  });
  expect(await saidBy(rule, { ...kim, step: "before-sending-token" })).toStrictEqual({ kind: "continue" });
});
