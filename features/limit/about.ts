import { type AboutRule, beforeCreation } from "../../engine/about-rule";
import { limit } from "./rule";

export const about = [
  {
    order: 72,
    export: "limit",
    module: "features/limit/rule",
    written: 'limit({ by: "domain", windows: [{ max: 20, per: "1h" }] })',
    does: "lets in a limited number of people within a time, by domain, organisation, mailbox, network and so on: [recipe](recipes/limit.md)",
    steps: beforeCreation,
    reasons: ["limit.reached"],
    findings: ["`limit-` and its name"],
    fullest: limit({ by: "network", windows: [{ max: 1, per: "1h" }] }),
  },
] as const satisfies readonly AboutRule[];
