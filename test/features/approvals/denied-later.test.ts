import { decide } from "../../../engine/sign-up/engine";
import { recordId } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import type { Write } from "../../../engine/sign-up/verdict";
import { invitationId, invitePerson } from "../../../features/approvals/invite-person";
import { type ApprovalRequest, requestId, requestKey } from "../../../features/approvals/request";
import { approve, submit } from "../../../features/approvals/transitions";
import { accessList, beforeCreateUser, invited, requestApproval } from "../../../index";
import { hashOf, key, NOW, world } from "../../engine/sign-up/people";
import { alice, asking, kim, rowOf } from "./requests";

const asked = rowOf(submit(undefined, asking({ onApproval: "continue" }), NOW));
const approved = rowOf(approve(asked, { by: alice }, NOW));
const sending = { by: alice, code: "ABCD-EFGH-JKLM", days: 14 };
const invitation = rowOf(invitePerson(undefined, { email: String(kim.email) }, sending, hashOf, NOW));
const list = accessList({ otherwise: "continue" });
const approval = requestApproval({ then: "continue", unproven: "block" });
const referred = requestApproval({ when: "approval", then: "continue", unproven: "block" });
const inviting = invited({ by: ["address"] });

/** What a sign-up is told, and what it has written of approvals. */
async function signUp(rules: Parameters<typeof beforeCreateUser>[0], rows: readonly Row[]) {
  const of = (request: ApprovalRequest) => [recordId(requestKey(request.id)), request as unknown as Row] as const;
  const entries = rows.map((row) => [recordId(key(String(row.entry))), row] as const);
  const stored = new Map([of(approved), of(invitation), ...entries]);
  const written: Write[] = [];
  const outside = world({
    read: async (keys) =>
      new Map(keys.flatMap((each) => (stored.has(recordId(each)) ? [[recordId(each), stored.get(recordId(each)) as Row]] : []))),
    write: async (write) => {
      written.push(write);
      return true;
    },
  });
  const { answer } = await decide(beforeCreateUser(rules, { trust: "any" }), kim, outside);
  return { kind: answer.kind, reason: "reason" in answer ? answer.reason : undefined, used: written.length };
}

it("a request and an invitation are stored under the keys that a sign-up computes for the person", () => {
  expect([approved.id, invitation.id]).toEqual([requestId(kim, hashOf), invitationId(String(kim.email), undefined, hashOf)]);
});

const deny = { entry: "contoso.com", effect: "deny" };
const allow = { entry: "kim@contoso.com", effect: "allow" };
const waits = { entry: "contoso.com", effect: "approval" };
const unasked = { kind: "block", reason: "access-list.no-approval", used: 0 };
const denied = { kind: "block", reason: "access-list.denied", used: 0 };
const letIn = { kind: "continue", used: 1 };
/** The invitation is used, and the request is closed. */
const letInByBoth = { kind: "continue", used: 2 };

it.each<{ given: string; rules: Parameters<typeof beforeCreateUser>[0]; rows: readonly Row[]; is: object }>([
  { given: "approved", rules: [list, approval], rows: [], is: letIn },
  { given: "approved, and denied since", rules: [list, approval], rows: [deny], is: denied },
  { given: "approved, and denied since by a list that is asked later", rules: [approval, list], rows: [deny], is: denied },
  { given: "approved, and denied since, with a closer allow", rules: [list, approval], rows: [deny, allow], is: letIn },
  {
    given: "approved, and denied since for an hour that is over",
    rules: [list, approval],
    rows: [{ ...deny, expiresAt: "2026-01-01" }],
    is: letIn,
  },
  { given: "approved, and made to wait since", rules: [list, approval], rows: [waits], is: letIn },
  { given: "approved, and made to wait since by a list that is asked later", rules: [approval, list], rows: [waits], is: unasked },
  { given: "invited, and made to wait since", rules: [inviting, list, referred], rows: [waits], is: letInByBoth },
  { given: "invited, and made to wait since, where no rule asks for approval", rules: [inviting, list], rows: [waits], is: unasked },
  { given: "invited", rules: [list, inviting], rows: [], is: letIn },
  { given: "invited, and denied since", rules: [list, inviting], rows: [deny], is: denied },
  { given: "invited, and denied since by a list that is asked later", rules: [inviting, list], rows: [deny], is: denied },
])("a sign-up follows the list as it is at the time of the sign-up: the person was $given", async ({ rules, rows, is }) =>
  expect(await signUp(rules, rows)).toMatchObject(is),
);
