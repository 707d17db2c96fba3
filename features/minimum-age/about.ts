import { type AboutRule, beforeCreation } from "../../engine/about-rule";
import { minimumAge } from "./rule";

export const about = [
  {
    order: 52,
    export: "minimumAge",
    module: "features/minimum-age/rule",
    written: 'minimumAge("extension_Born", { years: { default: 16, KR: 14 } })',
    does: "refuses people below an age and empties the attribute with their date of birth: [recipe](recipes/age.md)",
    steps: beforeCreation,
    reasons: ["attribute.required", "age.unreadable-date", "age.too-young", "age.second-date"],
    findings: [],
    fullest: minimumAge("extension_Born" as never, { years: 16 }),
  },
] as const satisfies readonly AboutRule[];
