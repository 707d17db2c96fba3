import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { afterSignIn, beforeCreateUser, type Policy } from "../../engine/sign-up/policy";
import { listsOfPolicies } from "../../features/access-list/asked-lists";
import { accessList } from "../../features/access-list/rule";
import { approvalStatus } from "../../features/approvals/approval-status";
import { approvers } from "../../features/approvals/approvers";
import { requestApproval } from "../../features/approvals/request-approval";
import { expiryIn } from "../../features/expiry/expiry";
import { expiry } from "../../features/expiry/rule";
import { invited } from "../../features/invitations/rule";
import { limit } from "../../features/limit/rule";
import { oneAccount } from "../../features/one-account/rule";
import { permittedValue } from "../../features/permitted-value/rule";
import { surge } from "../../features/posture/rule";
import { terms } from "../../features/terms/rule";

/** A gate of the town: what calls it, and its policies. */
export interface TownGate {
  /** Undefined: the default gate. */
  readonly name?: string;
  /** A workforce tenant and Azure AD B2C write alike; B2C says at which step, and repeats a call whose answer it missed. */
  readonly source: "b2b" | "b2c";
  readonly afterSignIn: Policy<"after-sign-in">;
  readonly beforeCreateUser: Policy<"before-create-user">;
}

/** The list of codes, and the attribute in which people type one. */
export const CODES = "extension_Voucher";
export const TERMS = "extension_Terms";
/** As many people get in at the customers' gate within an hour. */
export const CUSTOMERS_AN_HOUR = 5;

const acceptance = terms(TERMS, { version: "2026-01", files: { en: "terms.en.md" } });
for (const use of acceptance.uses ?? []) if ("hashed" in use) use.hashed?.({ "terms.en.md": "0".repeat(64) });

/** Partners are invited, or approved in two stages, and sign up again. */
const partners: TownGate = {
  source: "b2b",
  afterSignIn: afterSignIn([accessList({ otherwise: "continue" })], { trust: ["mail", "google.com"] }),
  beforeCreateUser: beforeCreateUser(
    [
      accessList({ otherwise: "continue" }),
      invited({ otherwise: "approval" }),
      expiry({
        ...{ lasts: "60d", remind: [30, 7], then: { disable: 0, delete: 14 }, otherwise: "approval" },
        ...{ idle: "25d", askGraph: true, unredeemed: "12d" },
      }),
      requestApproval({
        when: "approval",
        then: "continue",
        unproven: "block",

        passFor: "7d",

        askAgainAfter: "14d",

        answerWithin: "14d",
        stages: [
          { by: approvers("ben@contoso.com"), orElse: approvers("anna@contoso.com"), within: "48h" },
          { by: approvers("Security"), need: 2 },
        ],
      }),
    ],
    { trust: ["mail", "google.com"] },
  ),
};

/** Suppliers are on the list, or one approver's word has Gatehouse make their account. */
const suppliers: TownGate = {
  name: "suppliers",
  source: "b2b",
  afterSignIn: afterSignIn([accessList({ otherwise: "continue" }), approvalStatus()], { trust: ["mail", "google.com"] }),
  beforeCreateUser: beforeCreateUser(
    [
      accessList({ otherwise: "continue" }),
      expiry({ lasts: "30d", remind: [7], then: { disable: 2, delete: 10 }, otherwise: "approval" }),
      requestApproval({
        unless: ({ findings }) => findings.listed === "allow",
        then: "provision",

        answerWithin: "10d",

        askAgainAfter: "5d",
      }),
    ],
    { trust: ["mail", "google.com"] },
  ),
};

/** Customers come in numbers: some with a voucher, all with the terms accepted, so many an hour. */
const customers: TownGate = {
  name: "customers",
  source: "b2c",
  afterSignIn: afterSignIn([accessList({ otherwise: "continue" }), oneAccount()], { trust: ["mail", "google.com"] }),
  beforeCreateUser: beforeCreateUser(
    [
      accessList({ otherwise: "continue" }),
      permittedValue(CODES, { maxUses: 1, guessesPerDay: 5, optional: true }),
      acceptance,
      oneAccount(),
      limit({ by: "gate", windows: [{ max: CUSTOMERS_AN_HOUR, per: "1h" }] }),
      surge({ max: 3, per: "1h" }),
      requestApproval({ when: "approval", then: "continue", unproven: "block", answerWithin: "5d", askAgainAfter: "1d" }),
    ],
    { trust: ["mail", "google.com"], admitsEverybody: "The shop is open to the public." },
  ),
};

export const townGates = { partners, suppliers, customers } as const;

/** How each gate asks the list. */
export const listsOfTown = Object.fromEntries(
  Object.values<TownGate>(townGates).map((gate) => [gate.name ?? DEFAULT_GATE, listsOfPolicies([gate.afterSignIn, gate.beforeCreateUser])]),
);

/** When access ends, by the gate. */
export const expiryOfTown = Object.fromEntries(
  Object.values(townGates).flatMap(({ name = DEFAULT_GATE, beforeCreateUser: { rules } }) => {
    const own = expiryIn(rules.flatMap((rule) => ("shadow" in rule ? [] : [rule])));
    return own === undefined ? [] : [[name, own] as const];
  }),
);
