import type { ConsoleFeature } from "../../../console/app/visit";
import { rowPath } from "../../../console/editor/described-table";
import { type ReferenceDataStore, referenceDataStore } from "../store";
import { addValue, referenceDataTable, routes, valueKey, valueText } from "./reference-data";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly referenceData: ReferenceDataStore;
  }
}

export const pages = {
  order: 55,
  ports: ({ tables, nameOf }) => ({ referenceData: referenceDataStore(tables, nameOf("referenceData")) }),
  routes,
  actOfDecision: addValue,
  trailed: { table: "reference-data", subjectText: valueText },
  rowPages: {
    "reference-data": (subject) => (subject.includes("/") ? rowPath(referenceDataTable, valueKey(subject)) : undefined),
  },
  menu: [
    {
      path: "/reference-data",
      access: "Reader",
      name: { en: "Reference data", ko: "기준 데이터" },
      place: "data",
      needs: (use) => "table" in use && use.table === "referenceData",
    },
  ],
} satisfies ConsoleFeature;
