import { type AboutRule, bothSteps } from "../../engine/about-rule";
import { notDomains } from "./rule";

export const about = [
  {
    order: 12,
    export: "notDomains",
    module: "features/not-domains/rule",
    written: 'notDomains(["fabrikam.com", "consumer"])',
    does: "blocks domains with their subdomains, suffixes, and classes such as `consumer` (free mail): [recipe](recipes/consumer-mail.md)",
    steps: bothSteps,
    reasons: ["domain.refused", "domain.consumer"],
    findings: [],
    fullest: notDomains(["fabrikam.com", "relay"]),
  },
] as const satisfies readonly AboutRule[];
