import * as v from "valibot";
import { anyObject, anyText, createListSchema, oneOfMore } from "../../../engine/fields";

export const json = {
  simulate: v.strictObject({
    outcome: oneOfMore(["created", "blocked", "invalid", "error", "no-token"], "What became of the person."),
    visits: createListSchema(v.looseObject({ step: anyText() }), "Each call: the request, its answers, and breaches of Entra's contract."),
    account: v.optional(anyObject("The account's attributes.")),
    tokenClaims: v.optional(anyObject("What the last step adds to the token.")),
  }),
} as const;
