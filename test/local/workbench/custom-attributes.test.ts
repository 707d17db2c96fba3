import { join } from "node:path";
import { customAttributesIn } from "../../../local/workbench/bench";

it.each([
  { folder: "partner-numbers", names: ["extension_Company", "extension_PartnerNumber"] },
  { folder: "domains", names: [] },
  { folder: "there-is-none", names: [] },
])("the custom attributes of $folder are $names", ({ folder, names }) => {
  expect(customAttributesIn(join("samples", "policies", folder))).toEqual(names);
});
