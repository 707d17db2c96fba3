import * as v from "valibot";
import { anyText, createListSchema, oneOfMore, wholeNumber } from "../../../engine/fields";

export const json = {
  "entra conform": v.strictObject({
    step: anyText(),
    rule: anyText(),
    says: anyText(),
    source: anyText("Where Microsoft says so."),
    verdict: oneOfMore(["pass", "fail", "skipped", "not applicable"], ""),
    probes: wholeNumber("How many requests the rule applied to."),
    failures: createListSchema(v.looseObject({ probe: anyText() })),
    skipped: v.optional(createListSchema(v.strictObject({ probe: anyText(), reason: anyText() }))),
  }),
} as const;
