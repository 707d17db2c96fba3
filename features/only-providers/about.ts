import { type AboutRule, bothSteps } from "../../engine/about-rule";
import { onlyProviders } from "./rule";

export const about = [
  {
    order: 20,
    export: "onlyProviders",
    module: "features/only-providers/rule",
    written: 'onlyProviders(["mail"])',
    does: 'blocks people who signed in with any other identity provider: `"mail"` for one-time passcodes, `"google.com"`, `"entra"`',
    steps: bothSteps,
    reasons: ["provider.not-allowed"],
    findings: [],
    fullest: onlyProviders(["mail"]),
  },
] as const satisfies readonly AboutRule[];
