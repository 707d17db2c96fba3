import * as v from "valibot";
import { anyText, filled } from "../../engine/fields";
import { typedEnd, typedNote } from "../../engine/typed-cells";

/** A row of the reference data. */
export const referenceRow = v.object({
  list: filled("The list's name: by default the attribute's, `extension_PartnerNumber`."),
  value: filled("One permitted value: in lower case, in upper case, or exactly as people type it."),
  approver: v.optional(anyText("The address of the code's sponsor, who is [asked](recipes/approver-by-code.md).")),
  expiresAt: typedEnd("Afterwards, or if unreadable, the row does not count."),
  note: typedNote(),
});
