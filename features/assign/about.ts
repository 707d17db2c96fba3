import { type AboutRule, allSteps } from "../../engine/about-rule";
import type { AttributesToSet } from "../../engine/sign-up/tenant-attributes";
import { assign } from "./rule";

export const about = [
  {
    order: 36,
    export: "assign",
    module: "features/assign/rule",
    written: 'assign({ country: "KR" })',
    does: "sets attributes, whatever the person typed",
    steps: allSteps,
    reasons: [],
    findings: [],
    fullest: assign({ country: "KR" } as AttributesToSet),
  },
] as const satisfies readonly AboutRule[];
