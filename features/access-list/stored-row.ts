import * as v from "valibot";
import { anyText, createTextSchema, typedEnd, typedNote, typedTexts } from "../../engine/fields";

export const accessListRow = v.object({
  entry: createTextSchema("Who the row is about: see [access-list.md](access-list.md)."),
  effect: anyText("`allow`, `approval` or `deny`, in any case; anything else denies."),
  issuer: v.optional(anyText("The only identity provider for which the row counts.")),
  gates: typedTexts(
    "The only gates where the row counts: names separated by commas or spaces, a list or a string set; `default` is the unnamed gate. If unreadable, an allow ends, and a deny or approval counts everywhere.",
  ),
  expiresAt: typedEnd("If unreadable, an allow ends, and a deny or approval stays."),
  note: typedNote("For you. When two rows are merged, the other's content is added here."),
  typed: v.optional(anyText("What you typed, before the hygiene worker normalised it.")),
  byPartner: v.optional(anyText("The domain of the partner whose contact wrote the row in the console, until somebody else edits it.")),
  problem: v.optional(anyText("From the hygiene worker: what is unreadable, and what the row does meanwhile.")),
});
