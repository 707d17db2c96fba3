import * as v from "valibot";
import { createListSchema, withMeaning } from "../../engine/fields";
import type { CaseWords } from "../../local/case-words";
import { type CsvTable, readRows } from "../../local/data/csv-table";
import { profileRow } from "./rows";

export const cases = {
  order: 10,
  tables: {
    profiles: v.optional(createListSchema(withMeaning(profileRow, "A profile: person, and a column for each attribute."), "Profiles.")),
  },
} satisfies CaseWords;

export const profileTable: CsvTable = { name: "profiles", table: "profiles", read: async (file) => readRows(file, "profiles") };
