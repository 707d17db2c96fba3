import type { GraphClient } from "../../../../adapters/graph/graph";
import { authenticationExtensions } from "../../../../features/entra/client/authentication-extensions";

it("omits listeners that are parts of flows", async () => {
  const [own, ofFlow] = ["own", "flow's"].map((id) => ({ id, "@odata.type": "#microsoft.graph.onTokenIssuanceStartListener" }));
  const value = [
    { ...own, authenticationEventsFlowId: null },
    { ...ofFlow, authenticationEventsFlowId: "flow-1" },
  ];
  const graph = { get: async () => ({ value }), address: (path: string) => path } as unknown as GraphClient;
  expect((await authenticationExtensions(graph, graph).listeners()).map(({ id }) => id)).toEqual(["own"]);
});
