import { type AboutRule, bothSteps } from "../../engine/about-rule";
import { onlyDomains } from "./rule";

export const about = [
  {
    order: 8,
    export: "onlyDomains",
    module: "features/only-domains/rule",
    written: 'onlyDomains(["contoso.com"])',
    does: "blocks every other domain. A suffix, `edu` or `ac.kr`, covers every domain below it",
    steps: bothSteps,
    reasons: ["domain.not-allowed"],
    findings: ["allowed"],
    fullest: onlyDomains(["contoso.com"]),
  },
] as const satisfies readonly AboutRule[];
