import { type AboutRule, bothSteps } from "../../engine/about-rule";
import { accessList } from "./rule";

export const about = [
  {
    order: 4,
    export: "accessList",
    module: "features/access-list/rule",
    written: "accessList()",
    does: "looks people up in [the operators' list](access-list.md)",
    steps: bothSteps,
    reasons: ["access-list.denied", "access-list.no-approval", "access-list.unlisted"],
    findings: ["listed", "allowed"],
    fullest: accessList({ classes: ["relay"] }),
  },
] as const satisfies readonly AboutRule[];
