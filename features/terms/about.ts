import { type AboutRule, allSteps, beforeCreation } from "../../engine/about-rule";
import { terms } from "./rule";
import { termsDue } from "./terms-due";

export const about = [
  {
    order: 76,
    export: "terms",
    module: "features/terms/rule",
    written: 'terms("extension_Terms", { version: "2026-01", files: { en: "terms.en.md" } })',
    does: "lets in people who tick a box, and keeps a proof: [recipe](recipes/terms.md)",
    steps: beforeCreation,
    reasons: ["terms.not-accepted", "terms.absent"],
    findings: ["terms"],
    fullest: terms("extension_Terms" as never, { version: "1", files: { en: "terms.en.md" }, ticked: "accepted" }),
  },
  {
    order: 76,
    export: "termsDue",
    module: "features/terms/terms-due",
    written: "termsDue(terms(…))",
    does: "adds a claim for people who have not accepted [the current terms](recipes/terms.md#a-new-text)",
    steps: allSteps,
    reasons: [],
    findings: [],
    fullest: termsDue(terms("extension_Terms" as never, { version: "1", files: { en: "terms.en.md" } }), { claim: "terms" }),
  },
] as const satisfies readonly AboutRule[];
