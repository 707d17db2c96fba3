import { type AboutRule, beforeCreation } from "../../engine/about-rule";
import { invited } from "./rule";

export const about = [
  {
    order: 64,
    export: "invited",
    module: "features/invitations/rule",
    written: 'invited({ otherwise: "approval" })',
    does: "lets in only [invited](invitations.md) people, by address or code",
    steps: beforeCreation,
    reasons: [
      "invitation.none",
      "invitation.expired",
      "invitation.unknown-code",
      "invitation.address-unproven",
      "code.used-up",
      "code.too-many-guesses",
      "approval.changed",
    ],
    findings: ["invited", "sponsor", "allowed"],
    fullest: invited(),
  },
] as const satisfies readonly AboutRule[];
