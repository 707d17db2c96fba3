import * as v from "valibot";
import { anyText, oneOfMore, time, withMeaning } from "../../../engine/fields";
import { postures } from "../posture";

const active = {
  state: oneOfMore(postures, "How the gate is set."),
  reason: v.optional(anyText("Why.")),
  by: v.optional(anyText("Who set it.")),
  since: v.optional(time("When they did.")),
  from: v.optional(time("When it begins.")),
  until: v.optional(time("When it ends. Absent: when somebody changes it.")),
  unreadable: v.optional(anyText("The column for which the row cannot be read.")),
};

const gateJson = v.strictObject({
  gate: anyText("The gate; `default` is the one without a name."),
  ...active,
  scheduled: v.optional(withMeaning(v.strictObject(active), "What it is set to later.")),
});

export const json = {
  "gate approval": gateJson,
  "gate closed": gateJson,
  "gate listed": gateJson,
  "gate open": gateJson,
  "gate show": gateJson,
} as const;
