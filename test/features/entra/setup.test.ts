import { type EntraSetup, entraSetup } from "../../../features/entra/setup";

it("does not change a valid setup", () => {
  const setup: EntraSetup = { tenant: "contoso.onmicrosoft.com", flows: [{ userFlow: "B2X_1_Partner" }] };
  expect(entraSetup(setup)).toBe(setup);
});
