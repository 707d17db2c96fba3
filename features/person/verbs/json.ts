import * as v from "valibot";
import { anyObject, anyText, createListSchema, wholeNumber } from "../../../engine/fields";

const deletedSchema = wholeNumber("How many were deleted.");

export const json = {
  "person export": anyObject("One member, by the kind of what is stored: `decision`, `approval` and so on."),
  "person erase": v.strictObject({
    decisions: deletedSchema,
    profiles: deletedSchema,
    approvals: deletedSchema,
    ledger: deletedSchema,
    accounts: v.optional(deletedSchema),
    rows: createListSchema(anyObject(), "Entries of the list that were removed, as `list show` prints them."),
    rowsLeft: createListSchema(anyObject(), "Those that stay, without --list."),
    changes: v.optional(wholeNumber("Changes of rows that were left out of change sets.")),
    entriesLeft: v.optional(createListSchema(anyText(), "Entries of the audit trail that may mention the person.")),
  }),
  "person forget-account": v.strictObject({ email: anyText(), forgotten: wholeNumber("Ways of signing up.") }),
} as const;
