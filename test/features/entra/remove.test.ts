import { takenOutWith } from "../../../features/entra/verbs/apply";

it("removes connectors only from flows of their own gate and tenant", () => {
  const partner = { flow: "B2X_1_Partner", tenant: "contoso.com" };
  const others = [
    { flow: "B2X_1_Guest", tenant: "contoso.com" },
    { flow: "B2X_1_Suppliers", gate: "suppliers", tenant: "contoso.com" },
    { flow: "B2X_1_Elsewhere", tenant: "fabrikam.com" },
  ];
  expect(takenOutWith(partner, [partner, ...others])).toEqual(["B2X_1_Partner", "B2X_1_Guest"]);
});
