import * as v from "valibot";
import { createChoiceSchema, wholeNumber, withMeaning } from "../../engine/fields";
import type { Json } from "../../engine/sign-up/sign-up";

export const anyJson = v.custom<Json>(() => true);

export const faults = ["timeout", "refused"] as const;
export const fault = createChoiceSchema(faults, "timeout: no answer in time. refused: nobody takes the connection.");

const status = wholeNumber("The HTTP status. 200 by default.", 200, 599);
export const recordedMembers = {
  status: v.optional(status),
  body: v.optional(withMeaning(anyJson, "The body: a text as it is, anything else as JSON.")),
  headers: v.optional(
    withMeaning(
      v.record(v.string(), v.string()),
      "Headers of the answer. The content type is JSON by default, for a text that looks like it XML.",
    ),
  ),
};
