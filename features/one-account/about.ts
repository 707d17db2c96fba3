import { type AboutRule, bothSteps } from "../../engine/about-rule";
import { oneAccount } from "./rule";

export const about = [
  {
    order: 84,
    export: "oneAccount",
    module: "features/one-account/rule",
    helpers: ["entraDirectory"],
    written: "oneAccount()",
    does: "shows people who have an account with another provider which one: [recipe](recipes/one-account.md)",
    steps: bothSteps,
    reasons: ["account.exists"],
    findings: ["account"],
    fullest: oneAccount(),
  },
] as const satisfies readonly AboutRule[];
