import * as v from "valibot";
import { anyText, createListSchema, flag, wholeNumber } from "../../../engine/fields";

const table = anyText();
const rows = wholeNumber("In the backup.");
const count = wholeNumber();
const secrets = createListSchema(anyText());

export const json = {
  "backup save": v.union([
    v.strictObject({ table, rows }),
    v.strictObject({ to: anyText("Where it is."), bytes: count, encrypted: flag(), secrets }),
  ]),
  "backup restore": v.union([
    v.strictObject({
      table,
      rows,
      add: count,
      same: count,
      older: wholeNumber("Older in the table than in the backup: to be brought up to date."),
      newer: wholeNumber("In the table."),
      differs: count,
      lacking: wholeNumber("In the table, but with members missing: to be added."),
      stays: wholeNumber("Different, and the table keeps what was used up."),
      expired: count,
      inUse: flag("Whether the table holds any row."),
    }),
    v.strictObject({ table, rows: v.literal(0) }),
    v.strictObject({ written: count, changedMeanwhile: wholeNumber("Left as somebody else changed them."), secrets }),
  ]),
} as const;
