import type { GraphClient } from "../../../../adapters/graph/graph";
import { callingFlows, signUpFlows, userFlowSetup } from "../../../../features/entra/client/user-flows";

/** Answers each GET with this. */
const graphOf = (answer: object) =>
  ({ get: async () => answer, address: (path: string) => `https://graph/beta${path}` }) as unknown as GraphClient;

it("distinguishes flows that sign people up from those that only call connectors", async () => {
  const types = ["signUp", "signIn", "signUpOrSignIn", "passwordReset", "profileUpdate"];
  const graph = graphOf({ value: types.map((userFlowType) => ({ id: `B2C_1_${userFlowType}`, userFlowType })) });
  expect(await signUpFlows(graph, "b2c")).toEqual(["B2C_1_signUp", "B2C_1_signUpOrSignIn"]);
  expect(await callingFlows(graph, "b2c")).toEqual(["B2C_1_signUp", "B2C_1_signIn", "B2C_1_signUpOrSignIn"]);
});

it("treats a step whose value in Graph is null as a step without a connector", async () => {
  const connector = { id: "c", displayName: "Theirs", targetUrl: "https://theirs.example" };
  const graph = graphOf({ "@odata.context": "…", postFederationSignup: null, postAttributeCollection: connector });
  expect(await userFlowSetup(graph, "workforce", "B2X_1_Partner").links()).toEqual({
    links: { postAttributeCollection: connector },
    unknownSteps: [],
  });
});
