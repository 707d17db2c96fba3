import { type AboutRule, beforeCreation } from "../../engine/about-rule";
import type { IdentityVerifier } from "../../engine/sign-up/source";
import { verifyIdentity } from "./rule";

const vendor: IdentityVerifier = {
  name: "vendor",
  uses: [],
  asks: ["surname"],
  fieldsOf: () => ({ fields: {} }),
  verify: async () => ({ kind: "review" }),
};

export const about = [
  {
    order: 56,
    export: "verifyIdentity",
    module: "features/verify-identity/rule",
    written: "verifyIdentity(idology())",
    does: "has a vendor check who signs up: [IDology](recipes/idology.md) or [Experian](recipes/experian.md)",
    steps: beforeCreation,
    reasons: [
      "attribute.required",
      "attribute.invalid",
      "identity.refuted",
      "identity.review",
      "identity.unavailable",
      "identity.country",
      "identity.too-many-attempts",
    ],
    findings: ["identity"],
    fullest: verifyIdentity(vendor),
  },
] as const satisfies readonly AboutRule[];
