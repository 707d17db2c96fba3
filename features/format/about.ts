import { type AboutRule, allSteps } from "../../engine/about-rule";
import { format, upperCase } from "./rule";

export const about = [
  {
    order: 32,
    export: "format",
    module: "features/format/rule",
    helpers: ["titleCase", "trim", "upperCase", "lowerCase"],
    written: "format({ surname: titleCase })",
    does: "reshapes text: `titleCase`, `trim`, `upperCase`, `lowerCase` or your own function",
    steps: allSteps,
    reasons: [],
    findings: [],
    fullest: format({ surname: upperCase } as Parameters<typeof format>[0]),
  },
] as const satisfies readonly AboutRule[];
