import * as v from "valibot";
import { anyText, createChoiceSchema, createTextSchema, time, wholeNumber } from "../../engine/fields";
import { type postureColumns, postures } from "./posture";

// The schema has a file of its own, so that bundles of steps omit it: steps read gates' rows with more tolerance.

/** A row typed by hand can contain anything: see `activePosture`. */
export const postureRow = v.object({
  reference: createTextSchema("`posture`."),
  id: createTextSchema("The gate."),
  state: v.optional(createChoiceSchema(postures, "Absent if only a surge wrote the row.")),
  reason: v.optional(anyText("Why.")),
  by: v.optional(anyText("An account's object id or an AWS identity.")),
  name: v.optional(anyText("The account's name at the time, from the console.")),
  via: v.optional(createChoiceSchema(["console", "command"], "How.")),
  since: v.optional(time("When it was set.")),
  from: v.optional(time("When it begins, if later. By hand also a date.")),
  until: v.optional(time("When it ends; absent: when somebody changes it. By hand also a date (to the end of that day) or epoch seconds.")),
  surgeSince: v.optional(time("When a surge set the gate to `approval`.")),
  surgeUntil: v.optional(time("When that ends.")),
  surgeWindow: v.optional(anyText("The beginning of the full window; each window sets the gate once.")),
  revision: wholeNumber("Counts changes."),
} satisfies Readonly<Record<(typeof postureColumns)[number], v.GenericSchema>>);
export type PostureRow = Readonly<v.InferOutput<typeof postureRow>>;
