import { graphClient } from "../../../adapters/graph/graph";
import { apiConnectors } from "../../../features/entra/client/api-connectors";

const BASE = "https://graph.microsoft.com/v1.0/identity/apiConnectors";
const connector = (id: string) => ({ id, displayName: id, targetUrl: `https://gate.contoso.com/${id}` });

/** A Graph that has these pages, by the address of each, and what was asked of it. */
function graphOf(pages: Readonly<Record<string, object>>) {
  const asked: string[] = [];
  const graph = graphClient({
    endpoint: "https://graph.microsoft.com",
    signIn: async () => ({ value: "t", expiresInSeconds: 3_600 }),
    fetch: async (input) => {
      asked.push(String(input));
      return Response.json(pages[String(input)]);
    },
  });
  return { asked, all: () => apiConnectors(graph).connectors() };
}

it.each([
  { given: "leaves the next one out", last: {} },
  { given: "names null as the next one", last: { "@odata.nextLink": null } },
])("a list is read past an empty page to its last page, which $given", async ({ last }) => {
  const { all, asked } = graphOf({
    [BASE]: { value: [connector("a")], "@odata.nextLink": `${BASE}?$skiptoken=1` },
    [`${BASE}?$skiptoken=1`]: { value: [], "@odata.nextLink": `${BASE}?$skiptoken=2` },
    [`${BASE}?$skiptoken=2`]: { value: [connector("b")], ...last },
  });
  await expect(all()).resolves.toEqual([connector("a"), connector("b")]);
  expect(asked).toHaveLength(3);
});

it("a list's next link to another host is refused, so that no other host gets the token", async () => {
  const { all, asked } = graphOf({
    [BASE]: { value: [connector("a")], "@odata.nextLink": "https://graph.example/v1.0/identity/apiConnectors" },
  });
  await expect(all()).rejects.toThrow("Graph names the next page of a list at another host.");
  expect(asked).toEqual([BASE]);
});
