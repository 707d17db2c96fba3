import { type CsvTable, readRows } from "../../local/data/csv-table";

export const referenceTable: CsvTable = {
  name: "reference-data",
  table: "referenceData",
  read: async (file) => readRows(file, "referenceData"),
};
