import * as v from "valibot";
import { anyText, createListSchema, flag, oneOfMore, time, wholeNumber } from "../../../engine/fields";

const credentials = { username: anyText(), password: anyText() };
const notSeenAt = v.optional(createListSchema(anyText(), "Steps at which Entra has not shown the current password yet."));
const previousPassesUntil = v.optional(time("Until when the password before passes."));

export const json = {
  "entra rotate": v.union([
    v.strictObject({
      gate: anyText(),
      does: oneOfMore(["goes on", "rotated", "waits", "sent", "unproven", "proven", "dropped"], ""),
      connector: v.optional(anyText()),
      seconds: v.optional(wholeNumber("How long it waits.")),
      notSeenAt,
      previousPassesUntil,
    }),
    v.strictObject({ connector: anyText(), thumbprint: anyText("Of the certificate."), added: flag("Whether it was not there.") }),
  ]),
  "entra credentials show": v.strictObject({ ...credentials, notSeenAt, previousPassesUntil }),
  "entra credentials rotate": v.strictObject(credentials),
  "entra credentials revoke": v.strictObject({ revoked: flag("Whether there was one to revoke.") }),
} as const;
