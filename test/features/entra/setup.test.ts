import { type EntraSetup, entraSetup } from "../../../features/entra/setup";

it("leaves a setup as it is", () => {
  const setup: EntraSetup = { tenant: "contoso.onmicrosoft.com", flows: [{ userFlow: "B2X_1_Partner" }] };
  expect(entraSetup(setup)).toBe(setup);
});
