import * as v from "valibot";
import { faultJson } from "../../../cli/probe";
import { anyText, createListSchema, oneOfMore, wholeNumber } from "../../../engine/fields";

export const json = {
  smoke: v.strictObject({
    check: oneOfMore(["sign-up", "record", "contract", "topic", "alarm"], ""),
    what: anyText(),
    durationMs: v.optional(wholeNumber()),
    told: v.optional(anyText("What is worth knowing where all is well.")),
    faults: v.optional(createListSchema(faultJson)),
    skipped: v.optional(anyText("Why it was not tried.")),
  }),
} as const;
