import { type GraphClient, graphClient } from "../../../adapters/graph/graph";
import { readRedemptions, readSignIns } from "../../../adapters/graph/sign-ins";
import { removeSponsor, sponsorByAddress } from "../../../adapters/graph/sponsors";
import { makeAccounts } from "../../../features/approvals/client/accounts";
import { assignPackage } from "../../../features/arrivals/client/memberships";
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

/** A Graph whose lists each begin with an empty page, as Graph's page on paging allows (2026), and what was changed in it. */
function emptyPageFirst(object: object) {
  const changes: string[] = [];
  const client = graphClient({
    endpoint: "https://graph.microsoft.com",
    signIn: async () => ({ value: "t", expiresInSeconds: 3_600 }),
    fetch: async (input, { method } = {}) => {
      const url = new URL(String(input));
      if (method !== "GET") {
        changes.push(`${method} ${url.pathname}`);
        return new Response(null, { status: 204 });
      }
      if (url.searchParams.has("$skiptoken")) return Response.json({ value: [object] });
      return Response.json({ value: [], "@odata.nextLink": `${url.href}&$skiptoken=1` });
    },
  });
  return { client, changes };
}

const user = { id: "u", accountEnabled: true, userType: "Guest", identities: [{ issuer: "apple.com", issuerAssignedId: "1" }] };
const now = new Date("2026-12-01T00:00:00Z");
const settings = { tenantDomain: "contoso.onmicrosoft.com", redirectUrl: "https://app.contoso.com/", invitationMail: false };
it.each<{ what: string; object: object; read: (graph: GraphClient) => Promise<unknown>; result: unknown; changes?: readonly string[] }>([
  {
    what: "sign-ins",
    object: { id: "u", signInActivity: { lastSignInDateTime: "2026-11-01T00:00:00Z" } },
    read: async (graph) => (await readSignIns(graph, ["u"], now)).get("u"),
    result: { attempt: "2026-11-01T00:00:00.000Z" },
  },
  {
    what: "redemptions",
    object: { id: "u", externalUserState: "Accepted" },
    read: async (graph) => (await readRedemptions(graph, ["u"], now)).get("u"),
    result: { isPending: false },
  },
  {
    what: "the colleague who becomes a sponsor",
    object: user,
    read: (graph) => sponsorByAddress(graph, "a", "sponsor@contoso.com"),
    result: "set",
    changes: ["POST /v1.0/users/a/sponsors/$ref"],
  },
  {
    what: "a sponsor who is removed",
    object: user,
    read: (graph) => removeSponsor(graph, "a", "sponsor@contoso.com"),
    result: undefined,
    changes: ["DELETE /v1.0/users/a/sponsors/u/$ref"],
  },
  {
    what: "requests for an access package",
    object: { requestType: "adminAdd", state: "delivered" },
    read: (graph) => assignPackage(graph, { accessPackageId: "p", assignmentPolicyId: "q" }, "a"),
    result: "already",
  },
  {
    what: "the account that somebody made by hand for an approved person",
    object: user,
    read: (graph) =>
      makeAccounts(graph, settings).provision({
        id: "r",
        email: "kim@partner.com",
        identities: [{ signInType: "federated", issuer: "apple.com", issuerAssignedId: "1" }],
        attributes: {},
      }),
    result: { kind: "existing", accountId: "u" },
  },
])("an empty first page hides nothing: $what", async ({ object, read, result, changes: expected = [] }) => {
  const { client, changes } = emptyPageFirst(object);
  await expect(read(client)).resolves.toEqual(result);
  expect(changes).toEqual(expected);
});
