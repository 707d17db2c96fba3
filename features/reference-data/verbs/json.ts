import * as v from "valibot";
import { anyText, flag, wholeNumber, withMeaning } from "../../../engine/fields";

export const json = {
  "table import": v.strictObject({
    added: wholeNumber(),
    changed: wholeNumber(),
    unchanged: wholeNumber("As in the file already."),
    kept: wholeNumber("Edited by somebody else meanwhile, and left."),
    dryRun: flag("Whether nothing was written."),
  }),
  "table export": v.union([
    v.strictObject({ file: anyText(), rows: wholeNumber() }),
    withMeaning(v.record(v.string(), v.unknown()), "A row, without FILE."),
  ]),
} as const;
