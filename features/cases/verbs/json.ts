import * as v from "valibot";
import { anyText, createListSchema, flag, wholeNumber, withMeaning } from "../../../engine/fields";

const uncoveredSchema = createListSchema(v.looseObject({ step: anyText(), name: anyText() }));

export const json = {
  test: v.union([
    v.strictObject({
      gate: v.optional(anyText()),
      name: anyText("The case."),
      file: anyText(),
      line: wholeNumber(),
      step: anyText(),
      right: flag(),
      got: v.optional(anyText("What the policy answered.")),
      differences: createListSchema(v.looseObject({ what: anyText() })),
      notes: createListSchema(anyText(), "Why it could not be run, and what to know of one that is wrong."),
    }),
    v.strictObject({
      coverage: withMeaning(
        v.strictObject({ rules: uncoveredSchema, reasons: uncoveredSchema }),
        "Rules and reasons that no case reaches.",
      ),
    }),
  ]),
} as const;
