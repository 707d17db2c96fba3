import * as v from "valibot";
import { anyObject, anyText } from "../../../engine/fields";

/** The output of `backup standby --json`: settings of the second region's stack. */
export const json = {
  "backup standby": v.strictObject({
    standby: v.literal(true),
    env: v.strictObject({ region: anyText() }),
    tables: anyObject("ARNs, by the table."),
    secrets: anyObject("ARNs, by the secret."),
  }),
} as const;
