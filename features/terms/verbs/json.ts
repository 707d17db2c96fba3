import * as v from "valibot";
import { anyText, flag, time } from "../../../engine/fields";

const text = { attribute: anyText("The box."), version: anyText(), language: anyText(), sha256: anyText("Of the text.") };

export const json = {
  "audit terms proof": v.strictObject({
    ...text,
    at: time(),
    reference: anyText("The code of the decision."),
    gate: v.optional(anyText()),
    emailProven: v.optional(flag("Whether the address was proven.")),
  }),
  "audit terms check": v.strictObject({
    ...text,
    file: anyText(),
    accepted: v.optional(anyText("SHA-256 of what people accepted; absent while nobody has.")),
  }),
} as const;
