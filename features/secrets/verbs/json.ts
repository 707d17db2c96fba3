import * as v from "valibot";
import { anyText, time, withMeaning } from "../../../engine/fields";

const name = anyText("What `secrets set` calls it.");

/** The output with --json: one line for each secret. */
export const json = {
  "secrets list": v.strictObject({
    name,
    use: anyText("What it is for."),
    filledIn: withMeaning(v.boolean(), "Whether somebody has put a value in."),
    optional: v.optional(withMeaning(v.literal(true), "Nothing waits for it: a role signs in to Microsoft Graph.")),
    changed: v.optional(time("When it was changed.")),
    members: v.optional(withMeaning(v.array(v.string()), "Members of the JSON object that it is to hold. Absent: any text.")),
  }),
  "secrets set": v.strictObject({ name, changed: withMeaning(v.literal(true), "It has the new value.") }),
} as const;
