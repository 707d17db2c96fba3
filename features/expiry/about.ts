import { type AboutRule, beforeCreation } from "../../engine/about-rule";
import { expiry } from "./rule";

export const about = [
  {
    order: 68,
    export: "expiry",
    module: "features/expiry/rule",
    written: 'expiry({ lasts: "180d" })',
    does: "[ends access](expiry.md): accounts get reminders, are disabled and, if you say so, deleted",
    steps: beforeCreation,
    reasons: ["access.ended", "access.unproven"],
    findings: ["access"],
    fullest: expiry({
      lasts: "180d",
      idle: "90d",
      askGraph: true,
      unredeemed: "30d",
      renew: "sponsor",
      remind: [30, 7],
      then: { disable: 0, delete: 30 },
    }),
  },
] as const satisfies readonly AboutRule[];
