import { type AboutRule, bothSteps } from "../../engine/about-rule";
import { mailFactsBy } from "./rule";

export const about = [
  {
    order: 60,
    export: "mailFacts",
    module: "features/mail-facts/client",
    written: "mailFacts()",
    does: "finds who takes the mail of the address's domain, and since when the domain is known here: [recipe](recipes/mail-facts.md)",
    steps: bothSteps,
    reasons: [],
    findings: ["mx", "mailHost", "firstSeen"],
    fullest: mailFactsBy(async () => []),
  },
] as const satisfies readonly AboutRule[];
