import * as v from "valibot";
import { anyObject, anyText, flag, wholeNumber, withMeaning } from "../../../engine/fields";
import { auditRow } from "../entry";

const { number, at, hash } = auditRow.entries;
const entryJson = v.looseObject({
  ...v.pick(auditRow, ["number", "at", "by", "name", "via", "action", "outcome", "of", "set", "act", "count"]).entries,
  subject: v.optional(anyText("The row's key.")),
  before: v.optional(anyObject("The row before.")),
  after: v.optional(anyObject("The row after.")),
});
const flaw = v.strictObject({ kind: anyText(), number });

export const json = {
  "audit list": entryJson,
  "audit show": entryJson,
  "audit verify": v.strictObject({
    sound: flag("Whether nothing is wrong."),
    entries: wholeNumber("How many were looked at."),
    erased: wholeNumber("How many have lost their details to an erasure."),
    last: v.optional(withMeaning(v.strictObject({ number, hash, at }), "The newest: --head checks it later.")),
    flaw: v.optional(withMeaning(flaw, "The first thing that is wrong with the trail.")),
    missing: v.optional(withMeaning(v.looseObject({ number, hash }), "The head that was asked for and is not there.")),
    archive: v.optional(
      withMeaning(
        v.strictObject({
          entries: wholeNumber(),
          first: v.optional(anyText()),
          waiting: wholeNumber("The newest that are not archived yet."),
          unreadable: v.optional(v.looseObject({ name: v.string() })),
          difference: v.optional(v.looseObject({ kind: v.string(), number: v.string() })),
        }),
        "With --archive.",
      ),
    ),
  }),
} as const;
