import { type ReferenceDataStore, referenceDataStore } from "../../../adapters/tables/reference-data";
import type { ConsoleFeature } from "../../app/visit";
import { routes } from "./reference-data";

declare module "../../app/ports" {
  interface ConsolePorts {
    readonly referenceData: ReferenceDataStore;
  }
}

export const feature = {
  ports: ({ tables, nameOf }) => ({ referenceData: referenceDataStore(tables, nameOf("referenceData")) }),
  routes,
  menu: [{ path: "/reference-data", access: "Reader", name: { en: "Reference data", ko: "기준 데이터" }, place: "more" }],
} satisfies ConsoleFeature;
