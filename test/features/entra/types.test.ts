import { existsSync } from "node:fs";
import { join } from "node:path";
import { extensionsApps, tenantAttributes } from "../../../features/entra/verbs/types/attributes";
import { packageRoot } from "../../../lib/app-root";
import { jsonLines } from "../../cli/support";
import { type Meddle, startTenant, type TestTenant } from "./tenant";

const APP = "0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2";
/** As Graph lists them. */
const listed = [
  { id: "Surname", displayName: "Surname", description: "Your surname", userFlowAttributeType: "builtIn", dataType: "string" },
  { id: "City", displayName: "City", description: "City", userFlowAttributeType: "builtIn", dataType: "string" },
  { id: "Email", displayName: "Email", description: null, userFlowAttributeType: "required", dataType: "string" },
  { id: "LegalAgeGroup", displayName: "Age group", userFlowAttributeType: "builtIn", dataType: "String" },
  { id: `extension_${APP}_Vip`, displayName: "VIP", description: "Very", userFlowAttributeType: "custom", dataType: "boolean" },
  { id: `extension_${APP}_Seats`, displayName: "Seats", description: "", userFlowAttributeType: "custom", dataType: "Int64" },
  { id: `extension_${APP}_Tags`, displayName: "Tags", userFlowAttributeType: "custom", dataType: "stringCollection" },
  { id: `extension_${APP}_Since`, displayName: "Since", userFlowAttributeType: "custom", dataType: "dateTime" },
  { id: `extension_${APP}_New`, displayName: "New", userFlowAttributeType: "custom", dataType: "unknownFutureValue" },
];

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant.close());

const listing: Meddle = async (_, { path }, send) => {
  if (path.endsWith("/userFlowAttributes")) return new Response(JSON.stringify({ value: listed }));
  if (path.endsWith("/userAttributeAssignments")) {
    return new Response(JSON.stringify({ value: [{ id: `extension_${APP}_Vip` }, { id: "City" }, { id: "email" }] }));
  }
  return await send();
};

it("writes the tenant's attributes and the flow's collected ones, and asks for nothing else", async () => {
  const { exitCode, stdout } = await tenant.run(["types", "--stdout", "--gate", "default"], listing);
  expect({ exitCode, text: stdout }).toEqual({
    exitCode: 0,
    text: `// Written by npm run gate -- entra types. Do not edit: run the command again when the tenant's attributes change.

declare module "entra-gatehouse" {
  interface TenantAttributes {
    /** Surname: Your surname */
    surname: string;
    /** City */
    city: string;
    /** Age group */
    legalAgeGroup: string;
    /** New */
    extension_New: string | number | boolean;
    /** Seats */
    extension_Seats: number;
    /** Since */
    extension_Since: string;
    /** Tags */
    extension_Tags: readonly string[];
    /** VIP: Very */
    extension_Vip: boolean;
  }
}

export default {
  names: ["surname", "city", "legalAgeGroup", "extension_New", "extension_Seats", "extension_Since", "extension_Tags", "extension_Vip"],
  listAttributes: ["extension_Tags"],
  extensionsAppId: "0f3a1b7c-9d2e-4f5a-8b6c-7d8e9fa0b1c2",
  flows: [
    {
      flow: "B2X_1_Partner",
      collects: ["city", "extension_Vip"],
    },
  ],
};
`,
  });
  expect(tenant.calls().map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /v1.0/identity/b2xUserFlows/B2X_1_Partner/userAttributeAssignments",
    "GET /v1.0/identity/userFlowAttributes",
  ]);
  expect(existsSync(join(packageRoot, "entra-attributes.ts"))).toBe(false);
});

it("prints a line of JSON for each attribute", async () => {
  expect(jsonLines(await tenant.run(["types", "--json"], listing))).toContainEqual({
    name: "extension_Vip",
    type: "boolean",
    label: "VIP",
    description: "Very",
  });
});

it("reports a flow that does not exist", async () => {
  const ran = await tenant.run(["types", "--user-flow", "B2X_1_Other"]);
  expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("The tenant has no user flow B2X_1_Other") });
});

it("recognizes the app that registers custom attributes", () => {
  expect(extensionsApps(listed)).toEqual(["0f3a1b7c-9d2e-4f5a-8b6c-7d8e9fa0b1c2"]);
  expect(extensionsApps([{ id: "City" }])).toEqual([]);
});

it("accepts an attribute of several tenants in any of its types", () => {
  const seats = (dataType: string) => ({ id: `extension_${APP}_Seats`, displayName: "Seats", dataType });
  expect(tenantAttributes([seats("int64"), seats("string"), seats("int64")]).map(({ type }) => type)).toEqual(["number | string"]);
});
