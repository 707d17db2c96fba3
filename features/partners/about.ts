import { type AboutRule, bothSteps } from "../../engine/about-rule";
import { partners } from "./rule";

export const about = [
  {
    order: 24,
    export: "partners",
    module: "features/partners/rule",
    written: 'partners({ otherwise: "approval" })',
    does: "lets people go on if the owner of their domain [has proven it](partners.md) by a TXT record",
    steps: bothSteps,
    reasons: ["partner.not-proven"],
    findings: ["partner", "allowed"],
    fullest: partners({ otherwise: "approval", trust: ["mail"] }),
  },
] as const satisfies readonly AboutRule[];
