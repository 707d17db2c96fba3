import * as v from "valibot";
import { anyText, createListSchema } from "../../../engine/fields";
import { incidentRow } from "../incident";

const sample = v.optional(createListSchema(v.looseObject({ email: v.optional(v.string()) }), "Some of the people."));
const incidentJson = v.object({ id: anyText(), ...v.omit(incidentRow, ["set", "part"]).entries, sample });

export const json = {
  "incident select": incidentJson,
  "incident show": incidentJson,
  "incident act": incidentJson,
  "incident confirm": incidentJson,
  "incident undo": v.object({ ...incidentJson.entries, kept: createListSchema(anyText(), "Entries left, as somebody had edited them.") }),
} as const;
