import { attributesText, tenantAttributes } from "../../features/entra/verbs/types/attributes";

const APP = "0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2";
const builtIn = ["City", "Country", "DisplayName", "GivenName", "JobTitle", "PostalCode", "State", "StreetAddress", "Surname"];
const custom = { Seats: "int64", Vip: "boolean", Tags: "stringCollection", Since: "dateTime" };

/** entra-attributes.ts as `entra types` writes it for a tenant with attributes of every type. */
export const entraAttributes = attributesText({
  attributes: tenantAttributes([
    ...builtIn.map((id) => ({ id, displayName: id, dataType: "string" })),
    ...Object.entries(custom).map(([name, dataType]) => ({ id: `extension_${APP}_${name}`, displayName: name, dataType })),
  ]),
  extensionsAppId: "0f3a1b7c-9d2e-4f5a-8b6c-7d8e9fa0b1c2",
  flows: [{ flow: "B2X_1_Partner", collects: ["city", "extension_Tags"] }],
});
