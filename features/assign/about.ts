import { type AboutRule, allSteps } from "../../engine/about-rule";
import { assign } from "../../engine/rules/assign";
import type { AttributesToSet } from "../../engine/sign-up/tenant-attributes";

export const assignAbout = [
  {
    export: "assign",
    module: "engine/rules/assign",
    written: 'assign({ country: "KR" })',
    does: "sets attributes, whatever the person typed",
    steps: allSteps,
    reasons: [],
    findings: [],
    fullest: assign({ country: "KR" } as AttributesToSet),
  },
] as const satisfies readonly AboutRule[];
