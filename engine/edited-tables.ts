import * as v from "valibot";
import { anyText, filled, listOf, withMeaning } from "./fields";

// Rows that people type. What they mean is as written here; what is mistyped is read with care where it is read, and fails closed.

const end = v.union([v.string(), v.number()]);
const expiresAt = v.optional(
  withMeaning(
    end,
    "Epoch seconds, ISO 8601, or a date (to the end of that day, UTC). Afterwards, or if unreadable, the row does not count.",
  ),
);
const note = v.optional(anyText("For you."));

/** A row of the access list. */
export const accessListRow = v.object({
  entry: filled("Who the row is about: see [access-list.md](access-list.md)."),
  effect: anyText("`allow` or `deny`, in any case; anything else denies."),
  issuer: v.optional(anyText("The only identity provider for which the row counts.")),
  gates: v.optional(
    withMeaning(
      v.union([v.string(), listOf(v.string())]),
      "The only gates where the row counts: names separated by commas or spaces, a list or a string set; `default` is the unnamed gate. If unreadable, an allow ends and a deny counts everywhere.",
    ),
  ),
  expiresAt: v.optional(
    withMeaning(end, "Epoch seconds, ISO 8601, or a date (to the end of that day, UTC). If unreadable, an allow ends and a deny stays."),
  ),
  note: v.optional(anyText("For you. When two rows are merged, the other's content is added here.")),
  typed: v.optional(anyText("What you typed, before the hygiene worker normalised it.")),
  byPartner: v.optional(anyText("The domain of the partner whose contact wrote the row in the console, until somebody else edits it.")),
  problem: v.optional(anyText("From the hygiene worker: what is unreadable, and what the row does meanwhile.")),
});

/** A row of the profiles, but for the attributes: each has a column of its own. */
export const profileRow = v.object({
  person: filled("`kim@contoso.com`, or one federated account: `issuer:google.com/1184…`."),
  expiresAt,
  note,
});

/** A row of the reference data. */
export const referenceRow = v.object({
  list: filled("The list's name: by default the attribute's, `extension_PartnerNumber`."),
  value: filled("One permitted value: in lower case, in upper case, or exactly as people type it."),
  approver: v.optional(anyText("The address of the code's sponsor, who is [asked](recipes/approver-by-code.md).")),
  expiresAt,
  note,
});
