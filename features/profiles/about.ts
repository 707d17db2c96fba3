import { type AboutRule, allSteps, anySource } from "../../engine/about-rule";
import { prefill } from "./prefill";

export const profilesAbout = [
  {
    export: "prefill",
    module: "features/profiles/prefill",
    helpers: ["profiles"],
    written: "prefill(source)",
    does: "fills in the form from a source: [recipe](recipes/prefill.md). A source is `profiles({ trust })`, a table of yours, or `http({ … })`, a system of yours",
    steps: allSteps,
    reasons: [],
    findings: ["the source's name"],
    fullest: prefill(anySource),
  },
] as const satisfies readonly AboutRule[];
