import * as v from "valibot";
import { anyObject, anyText } from "../../../engine/fields";

export const json = {
  "backup standby": v.strictObject({
    standby: v.literal(true),
    env: v.strictObject({ region: anyText() }),
    tables: anyObject("ARNs, by the table."),
    secrets: anyObject("ARNs, by the secret."),
  }),
} as const;
