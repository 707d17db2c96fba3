import { type CsvTable, readRows } from "../../local/data/csv-table";

export const profileTable: CsvTable = { name: "profiles", table: "profiles", read: async (file) => readRows(file, "profiles") };
