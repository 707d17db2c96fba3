import { type GraphClient, GraphError } from "../../../../adapters/graph/graph";
import { eventsFlows } from "../../../../features/entra/client/events-flows";

/** A flow that was made without a form: it takes an update of its inputs as often as `refuses` says, and shows what it has. */
function flowWithoutForm(refuses: readonly number[]) {
  const calls: string[] = [];
  const statuses = [...refuses];
  const graph = {
    get: async () => ({ id: "flow", displayName: "Sign up" }),
    patch: async (_: string, body: object) => {
      const status = statuses.shift();
      calls.push(`PATCH ${JSON.stringify(body).includes('"hidden":true') ? "hidden" : "shown"}: ${status ?? 204}`);
      if (status !== undefined) throw new GraphError({ status, code: "BadRequest" });
    },
    post: async (path: string, body: { "@odata.id": string }) =>
      void calls.push(`POST ${path.split("/").slice(-2).join("/")} ${body["@odata.id"]}`),
    delete: async (path: string) => void calls.push(`DELETE ${path.split("/").slice(-3).join("/")}`),
    address: (path: string) => path,
    pause: async () => undefined,
  } as unknown as GraphClient;
  const done = eventsFlows(graph)
    .collect("flow", ["city", "jobTitle"])
    .then(
      () => "done",
      (error: GraphError) => error.status,
    );
  return { calls, done };
}

const added = ["city", "jobTitle"].map((name) => `POST attributes/$ref /identity/userFlowAttributes/${name}`);

describe("a built-in attribute that the policy sets", () => {
  it("is a hidden field after one update", async () => {
    const { calls, done } = flowWithoutForm([]);
    expect([await done, calls]).toEqual(["done", ["PATCH hidden: 204"]]);
  });

  it("is added first where the flow was made without a form", async () => {
    const { calls, done } = flowWithoutForm([400]);
    expect([await done, calls]).toEqual(["done", ["PATCH hidden: 400", ...added, "PATCH hidden: 204"]]);
  });

  it("is taken out again where nothing hides it, so that nobody types what the policy is to set", async () => {
    const { calls, done } = flowWithoutForm([400, 400]);
    const removed = ["city", "jobTitle"].map((name) => `DELETE attributes/${name}/$ref`);
    expect([await done, calls]).toEqual([400, ["PATCH hidden: 400", ...added, "PATCH hidden: 400", ...removed]]);
  });

  it("is left alone where Graph refuses for another reason", async () => {
    const { calls, done } = flowWithoutForm([403]);
    expect([await done, calls]).toEqual([403, ["PATCH hidden: 403"]]);
  });
});
