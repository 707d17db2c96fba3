import { type AboutRule, beforeCreation } from "../../engine/about-rule";
import { surge } from "./rule";

export const about = [
  {
    order: 80,
    export: "surge",
    module: "features/posture/rule",
    written: 'surge({ max: 200, per: "1h" })',
    does: "sets the gate to `approval` for 4 hours once more people than usual are let in: [posture.md](posture.md#automatically)",
    steps: beforeCreation,
    reasons: [],
    findings: ["limit-surge"],
    fullest: surge({ max: 200, per: "1h", then: "approval" }),
  },
] as const satisfies readonly AboutRule[];
