import { type AboutRule, anySource, beforeCreation } from "../../engine/about-rule";
import { lookup } from "./rule";

export const about = [
  {
    order: 44,
    export: "lookup",
    module: "features/lookup/rule",
    written: "lookup(source)",
    does: "sets attributes from a source: [recipe](recipes/lookup.md)",
    steps: beforeCreation,
    reasons: ["lookup.not-found", "lookup.address-unproven", "attribute.required", "value.not-permitted"],
    findings: ["the source's name"],
    fullest: lookup(anySource, { only: ["city"] as never[], notFound: "block" }),
  },
] as const satisfies readonly AboutRule[];
