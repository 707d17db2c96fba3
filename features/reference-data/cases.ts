import * as v from "valibot";
import { createListSchema, withMeaning } from "../../engine/fields";
import type { CaseWords } from "../../local/case-words";
import { type CsvTable, readRows } from "../../local/data/csv-table";
import { referenceRow } from "./store";

export const cases = {
  order: 15,
  tables: { referenceData: v.optional(createListSchema(withMeaning(referenceRow, "A permitted value."), "Permitted values.")) },
} satisfies CaseWords;

export const referenceTable: CsvTable = {
  name: "reference-data",
  table: "referenceData",
  read: async (file) => readRows(file, "referenceData"),
};
