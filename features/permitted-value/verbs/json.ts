import * as v from "valibot";
import { anyText, createListSchema, oneOfMore, wholeNumber } from "../../../engine/fields";

const list = anyText("The list that it is in.");
const value = anyText("The code.");
const state = oneOfMore(
  ["unused", "used", "expired"],
  "Whether somebody has used it, or its time is over. A used one lets in whoever used it again.",
);
const problems = v.optional(createListSchema(anyText(), "What is wrong with it, as the console says. Absent if nothing is."));
const usedSchema = wholeNumber("How many people have used it.");

/** A code's row may have any columns. */
export const json = {
  "invite codes create": v.union([
    v.looseObject({ list, value }),
    v.strictObject({ list, codes: wholeNumber("How many were made."), file: anyText("The file that has them.") }),
  ]),
  "invite codes list": v.union([
    v.looseObject({ list, value, state, used: usedSchema, problems }),
    v.strictObject({ list, values: wholeNumber("How many rows the list has.") }),
  ]),
  "invite codes revoke": v.strictObject({ list, value, revoked: v.literal(true), used: usedSchema }),
} as const;
