import { type EditedRows, editedRows } from "../../../adapters/tables/edited-rows";
import { tables as kinds } from "../../../adapters/tables/tables";
import type { ConsoleFeature } from "../../../console/app/visit";
import { rowPath } from "../../../console/editor/described-table";
import { profilesOfPerson, profilesTable, routes } from "./profiles";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly profiles: EditedRows;
  }
}

export const pages = {
  order: 50,
  ports: ({ tables, nameOf }) => ({ profiles: editedRows(tables, nameOf("profiles"), kinds.profiles.key) }),
  routes,
  besidePerson: profilesOfPerson,
  rowPages: { profiles: (person) => rowPath(profilesTable, { person }) },
  menu: [
    {
      path: "/profiles",
      access: "Reader",
      name: { en: "Profiles", ko: "프로필" },
      place: "data",
      needs: (use) => "table" in use && use.table === "profiles",
    },
  ],
} satisfies ConsoleFeature;
