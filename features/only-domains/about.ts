import { type AboutRule, bothSteps } from "../../engine/about-rule";
import { onlyDomains } from "../../engine/rules/only-domains";

export const onlyDomainsAbout = [
  {
    export: "onlyDomains",
    module: "engine/rules/only-domains",
    written: 'onlyDomains(["contoso.com"])',
    does: "blocks every other domain. A suffix, `edu` or `ac.kr`, covers every domain below it",
    steps: bothSteps,
    reasons: ["domain.not-allowed"],
    findings: [],
    fullest: onlyDomains(["contoso.com"]),
  },
] as const satisfies readonly AboutRule[];
