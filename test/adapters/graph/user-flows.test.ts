import { graphClient } from "../../../adapters/graph/graph";
import { userFlowSetup } from "../../../adapters/graph/user-flows";
import { type GraphDouble, startGraphDouble } from "./graph-double";

let double: GraphDouble;
beforeAll(async () => {
  double = await startGraphDouble();
});
afterAll(() => double.close());
beforeEach(() => double.reset());

const setup = () => {
  const signIn = async () => ({ value: "token", expiresInSeconds: 3_599 });
  return userFlowSetup(graphClient({ signIn, endpoint: double.endpoint }), "workforce", "B2X_1_Partner");
};
const connectors = "GET /v1.0/identity/apiConnectors";

it("reads a list to its last page", async () => {
  const next = { "@odata.nextLink": `${double.endpoint}/v1.0/identity/apiConnectors?$skiptoken=2` };
  double.on(connectors, { body: { value: [{ id: "1" }], ...next } }, { body: { value: [{ id: "2" }] } });
  expect(await setup().connectors()).toEqual([{ id: "1" }, { id: "2" }]);
  expect(double.calls.map(({ path }) => path)).toEqual(["/v1.0/identity/apiConnectors", "/v1.0/identity/apiConnectors?$skiptoken=2"]);
});

it("takes the token to no other host for the next page", async () => {
  double.on(connectors, { body: { value: [{ id: "1" }], "@odata.nextLink": "https://elsewhere.example/v1.0/x" } });
  await expect(setup().connectors()).rejects.toThrow("another host");
});

it("deletes what is gone already", async () => {
  double.on("DELETE /v1.0/identity/apiConnectors/1", { status: 404 });
  expect(await setup().deleteConnector("1")).toBeUndefined();
});
