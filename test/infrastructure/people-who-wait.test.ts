import { synthesize } from "../support/synth";

const externalTenant = { tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45", audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58" };

it("only the functions after sign-in have the variable for a next step that makes people wait", () => {
  const gates = { silent: { policy: "policy" } };
  const { template } = synthesize({ externalTenant, folder: "samples/policies/who-open", gates, add: () => undefined });
  const functions = Object.entries(template.findResources("AWS::Lambda::Function"));
  const told = functions.filter(([, { Properties }]) => Properties.Environment?.Variables?.NEXT_HAS_PEOPLE_WAIT === "true");
  expect(told.map(([id]) => id.replace(/Function.*$/, "")).sort()).toEqual(["AfterSignIn", "AttributeCollectionStart"]);
  const silent = functions.flatMap(([, { Properties }]) => Properties.Environment?.Variables?.ACCESS_LIST_SILENT_GATES ?? []);
  expect(silent).toEqual(["silent"]);
});
