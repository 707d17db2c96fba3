import type { WorldMember } from "../../adapters/operator/world";
import { type EditedRows, editedRows } from "../../adapters/tables/edited-rows";
import { tables as kinds } from "../../adapters/tables/tables";

/** The rows of profiles, for views. */
export const profileRows: WorldMember<Pick<EditedRows, "get" | "page">> = {
  needs: [{ table: "profiles", actions: "GetItem Scan" }],
  make: ({ tables, nameOf }) => editedRows(tables, nameOf("profiles"), kinds.profiles.key),
};
