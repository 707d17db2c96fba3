import { type AboutRule, allSteps, anySource } from "../../engine/about-rule";
import { prefill } from "./prefill";

export const about = [
  {
    order: 40,
    export: "prefill",
    module: "features/profiles/prefill",
    helpers: ["profiles"],
    written: "prefill(source)",
    does: "fills in the form from a source: [recipe](recipes/prefill.md). A source is `profiles()`, your table, or `http({ … })`, your system",
    steps: allSteps,
    reasons: [],
    findings: ["the source's name"],
    fullest: prefill(anySource),
  },
] as const satisfies readonly AboutRule[];
