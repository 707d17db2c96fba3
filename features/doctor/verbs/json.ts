import * as v from "valibot";
import { faultJson } from "../../../cli/probe";
import { anyText, createListSchema, oneOfMore } from "../../../engine/fields";

const check = anyText();
/** A line for each check; with --record the addresses to call, and findings about the calls. */
export const json = {
  doctor: v.union([
    v.strictObject({
      check,
      faults: createListSchema(faultJson, "None: nothing is wrong."),
      told: v.optional(anyText("A remark, such as a permission that is more than needed.")),
    }),
    v.strictObject({ check, skipped: anyText("Why it was not made.") }),
    v.strictObject({ path: anyText(), url: anyText() }),
    v.strictObject({
      id: anyText(),
      relied: anyText(),
      outcome: oneOfMore(["holds", "does not hold", "not tried"], ""),
      why: v.optional(anyText()),
    }),
  ]),
} as const;
