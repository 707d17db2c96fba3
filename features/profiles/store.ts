import type { RowKind } from "../../adapters/tables/row-kind";
import { profileRow } from "./stored-row";

export const profileKind: RowKind = {
  schema: profileRow,
  typed: true,
  table: "profiles",
  shape: { streamed: "wanted" },
  audited: "profiles",
};
