import { listTable } from "../../features/access-list/standin";
import { profileTable } from "../../features/profiles/case-words";
import { referenceTable } from "../../features/reference-data/case-words";
import type { CsvTable } from "./csv-table";

/** Tables that operators fill, in the order in which samples are written. Each feature adds its line here. */
export const csvTables: readonly CsvTable[] = [listTable, profileTable, referenceTable];
