import { beforeCreateUser } from "../../../engine/sign-up/policy";
import { recordId, rowsUnder } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import { MS_PER_HOUR } from "../../../engine/sign-up/time";
import { accessList } from "../../../features/access-list/rule";
import { invitationId, invitePerson } from "../../../features/approvals/invite-person";
import { requestKey } from "../../../features/approvals/request";
import { requestApproval } from "../../../features/approvals/request-approval";
import { type InvitedOptions, invited } from "../../../features/invitations/rule";
import { computeOutcomes } from "../../../features/preview/store/compare";
import { admitted } from "../../cli/records";
import { hashOf, NOW } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

// Somebody was refused, and an invitation to their address was sent since: its code is not what they typed.

const email = "kim@contoso.com";
const sent = new Date(NOW.getTime() - MS_PER_HOUR);
const at = new Date(NOW.getTime() - 2 * MS_PER_HOUR).toISOString();
const by = { kind: "cli", name: "somebody" } as const;

it.each<{ refused: string; said: "block" | "invalid"; reason: string; options: InvitedOptions; says: string }>([
  { refused: "without a code", said: "block", reason: "invitation.none", options: {}, says: "now let in" },
  { refused: "with a code", said: "invalid", reason: "invitation.unknown-code", options: {}, says: "now let in" },
  { refused: "without a code", said: "block", reason: "invitation.none", options: { by: ["code"] }, says: "unchanged" },
  { refused: "with a code", said: "invalid", reason: "invitation.unknown-code", options: { by: ["code"] }, says: "unchanged" },
  { refused: "with a code", said: "invalid", reason: "invitation.unknown-code", options: { trust: [] }, says: "unchanged" },
  // They may have shown the code or the address of an invitation that had ended.
  { refused: "after the end", said: "block", reason: "invitation.expired", options: { by: ["code"] }, says: "cannot tell" },
])(
  "a person is refused $refused ($reason), then invited; a draft with $options reports: $says",
  async ({ said, reason, options, says }) => {
    const trace = [{ rule: "invited", said, reasons: [reason] }];
    const refused = {
      step: "before-create-user",
      issuers: ["mail"],
      emailProven: true,
      verdict: said,
      rule: "invited",
      reasons: [reason],
      trace,
    };
    const record = { ...admitted("d", 0, refused as never), email, at };
    const made = invitePerson(undefined, { email }, { by, code: "QH7K-93FN-XAMT", days: 14 }, hashOf, sent);
    if (!made.ok) throw new Error("the invitation is refused");
    const rows = new Map([[recordId(requestKey(invitationId(email, undefined, hashOf))), made.request as unknown as Row]]);
    const read = async (keys: Parameters<typeof rowsUnder>[0]) => rowsUnder(keys, rows);
    const policy = beforeCreateUser([invited(options)], { trust: ["mail", "google.com"] });
    const approvals = { async *byEmail() {} };
    const outcomes = await computeOutcomes([{ step: "before-create-user", policy }], [record as never], {
      read,
      approvals,
      hashes: { hashOf },
      now: NOW,
    } as never);
    expect(outcomes.get(record as never)?.change.kind).toBe(says);
  },
);

describe("a person without an invitation, then and since", () => {
  const none = { rule: "invited", said: "continue", findings: { invited: "none" } } as const;
  const stopped = { rule: "invited", said: "block", reasons: ["invitation.none"] } as const;
  const unlisted = { rule: "access-list", said: "continue", findings: { listed: "unlisted" } } as const;
  it.each<{ then: "continue" | "block"; otherwise: NonNullable<InvitedOptions["otherwise"]>; says: string }>([
    { then: "continue", otherwise: "block", says: "now refused" },
    { then: "continue", otherwise: "approval", says: "now refused" },
    { then: "continue", otherwise: "continue", says: "unchanged" },
    { then: "block", otherwise: "block", says: "unchanged" },
    { then: "block", otherwise: "continue", says: "now let in" },
  ])("is judged by the draft's otherwise ($otherwise) where the record says $then: $says", async ({ then, otherwise, says }) => {
    const isStopped = then === "block";
    const given = {
      ...{ step: "before-create-user", issuers: ["mail"], emailProven: true, verdict: then },
      ...(isStopped ? { rule: "invited", reasons: ["invitation.none"] } : {}),
      trace: [unlisted, isStopped ? stopped : none],
    };
    const record = { ...admitted("d", 0, given as never), email, at };
    const asks = otherwise === "approval" ? [requestApproval({ when: "approval" })] : [];
    const policy = anyPolicy([accessList({ otherwise: "continue" }), invited({ otherwise }), ...asks], { trust: ["mail"] });
    const outcomes = await computeOutcomes([{ step: "before-create-user", policy }], [record as never], {
      read: async () => new Map(),
      approvals: { async *byEmail() {} },
      hashes: { hashOf },
      now: NOW,
    } as never);
    expect(outcomes.get(record as never)?.change.kind).toBe(says);
  });
});
