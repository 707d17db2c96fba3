import { afterSignIn, beforeCreateUser } from "../../../engine/sign-up/policy";
import { recordId, rowsUnder } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import { rowKey } from "../../../features/access-list/entry";
import { accessList } from "../../../features/access-list/rule";
import { requestApproval } from "../../../features/approvals/request-approval";
import { onlyDomains } from "../../../features/only-domains/rule";
import { computeOutcomes } from "../../../features/preview/store/compare";
import { admitted } from "../../cli/records";
import { hashOf, NOW } from "../../engine/sign-up/people";

// Whom an entry now has wait for approval: the preview says what becomes of them, by their request if they have one.

const trust = ["mail"];
const email = "kim@contoso.com";
const record = {
  ...admitted("d", 0, {
    step: "before-create-user",
    issuers: ["mail"],
    trace: [
      { rule: "access-list", said: "continue", findings: { listed: "allow", allowed: true }, evidence: { entry: "contoso.com" } },
      { rule: "request-approval", said: "continue" },
    ],
  } as never),
  email,
};

it.each<{ policy: string; rules: readonly unknown[]; says: string }>([
  {
    policy: "asks everybody else",
    rules: [accessList({ otherwise: "continue", trust }), requestApproval({ unless: "allowed" })],
    says: "now refused approval.requested",
  },
  {
    policy: "asks about referred people",
    rules: [accessList({ trust }), requestApproval({ when: "approval" })],
    says: "now refused approval.requested",
  },
  {
    policy: "asks nobody",
    rules: [accessList({ otherwise: "continue", trust }), onlyDomains(["contoso.com"])],
    says: "now refused access-list.no-approval",
  },
])("the preview of a policy that $policy reports about a person whose entry now requires approval: $says", async ({ rules, says }) => {
  const policy = beforeCreateUser(rules as unknown as Parameters<typeof beforeCreateUser>[0], { trust: "any" });
  const rows = new Map<string, Row>([[recordId(rowKey("contoso.com")), { entry: "contoso.com", effect: "approval" }]]);
  const read = async (keys: Parameters<typeof rowsUnder>[0]) => rowsUnder(keys, rows);
  const outcomes = await computeOutcomes([{ step: "before-create-user", policy }], [record as never], {
    read,
    hashes: { hashOf },
    now: NOW,
  } as never);
  const change = outcomes.get(record as never)?.change;
  expect([change?.kind, ...(change?.by?.reasons ?? [])].join(" ")).toBe(says);
});

it("a person denied after sign-in counts as reaching the next step if their entry now requires approval", async () => {
  const list = accessList({ trust });
  const steps = [
    afterSignIn([list], { trust: ["mail", "google.com"] }),
    beforeCreateUser([list, requestApproval({ when: "approval" })], { trust: ["mail", "google.com"] }),
  ];
  const denied = { said: "block", rule: "access-list", reasons: ["access-list.denied"], evidence: { entry: "contoso.com" } };
  const refused = {
    ...record,
    step: "after-sign-in",
    verdict: "block",
    rule: "access-list",
    reasons: ["access-list.denied"],
    trace: [denied],
  };
  const rows = new Map<string, Row>([[recordId(rowKey("contoso.com")), { entry: "contoso.com", effect: "approval" }]]);
  const read = async (keys: Parameters<typeof rowsUnder>[0]) => rowsUnder(keys, rows);
  const policy = steps.map((each) => ({ step: each.step, policy: each }));
  const outcomes = await computeOutcomes(policy as never, [refused as never], { read, hashes: { hashOf }, now: NOW } as never);
  expect(outcomes.get(refused as never)?.change).toMatchObject({ kind: "goes on" });
});
