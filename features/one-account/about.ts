import { type AboutRule, bothSteps } from "../../engine/about-rule";
import { oneAccount } from "../../engine/rules/one-account";

export const oneAccountAbout = [
  {
    export: "oneAccount",
    module: "engine/rules/one-account",
    written: "oneAccount()",
    does: "shows people who have an account with another provider which one: [recipe](recipes/one-account.md)",
    steps: bothSteps,
    reasons: ["account.exists"],
    findings: ["account"],
    fullest: oneAccount(),
  },
] as const satisfies readonly AboutRule[];
