import { type AboutRule, allSteps } from "../../engine/about-rule";
import type { Rule } from "../../engine/sign-up/rule";
import { makeRule } from "../../engine/sign-up/rule";
import type { Step } from "../../engine/sign-up/sign-up";
import { shadow } from "./rule";

export const about = [
  {
    order: 92,
    export: "shadow",
    module: "features/shadow/rule",
    written: "shadow(rule)",
    does: "tries a rule: records its answer and changes nothing",
    steps: allSteps,
    reasons: [],
    findings: [],
    fullest: shadow(makeRule({ name: "shadow" })).shadow as Rule<Step>,
  },
] as const satisfies readonly AboutRule[];
