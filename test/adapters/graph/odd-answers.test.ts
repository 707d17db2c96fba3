import { arrivedAccount } from "../../../adapters/graph/admitted-account";
import { type GraphClient, graphClient, longRetries } from "../../../adapters/graph/graph";
import { sponsorByAddress } from "../../../adapters/graph/sponsors";
import { makeAccounts } from "../../../features/approvals/client/accounts";
import { assignPackage, findGroup, findPackage, joinAccount } from "../../../features/arrivals/client/memberships";
import { apiConnectors } from "../../../features/entra/client/api-connectors";
import { appRegistrations } from "../../../features/entra/client/app-registrations";
import { signUpLog } from "../../../features/entra/client/audit-logs";
import { authenticationExtensions } from "../../../features/entra/client/authentication-extensions";
import { type ClaimsPolicySettings, claimsPolicies } from "../../../features/entra/client/claims-policies";
import { eventsFlows } from "../../../features/entra/client/events-flows";
import { signInRegistration } from "../../../features/entra/client/sign-in-registration";
import { tenantPolicies } from "../../../features/entra/client/tenant-policies";
import { callingFlows, createAttribute, tenantsAttributes, userFlowSetup } from "../../../features/entra/client/user-flows";

const html = { "content-type": "text/html" };
const json = { "content-type": "application/json" };
/** What comes with a status of success, and what an error says of it. */
const odd: readonly { readonly given: string; readonly body: string; readonly headers: Record<string, string>; readonly came: string }[] = [
  { given: "a captive portal's page", body: "<html>Sign in</html>", headers: html, came: "HTML" },
  { given: "nothing", body: "", headers: json, came: "nothing" },
  { given: "null", body: "null", headers: json, came: "JSON of another form" },
  { given: "a list", body: "[]", headers: json, came: "JSON of another form" },
  { given: "a sentence", body: "All is well.", headers: { "content-type": "text/plain" }, came: "text/plain that is no JSON" },
];
/** Objects, of which a write that needs no answer may be told. */
const oddObjects = [
  { given: "an empty object", body: "{}" },
  { given: "a list that is none", body: '{"value":{"id":"1"}}' },
  { given: "a list of nothing", body: '{"value":[null]}' },
  { given: "a list of strangers", body: '{"value":[{"name":"x"}]}' },
].map((each) => ({ ...each, headers: json, came: "JSON of another form" }));

type Call = (graph: GraphClient) => Promise<unknown>;

const settings = { url: "https://gate.contoso.com/x", resourceId: "api://gate.contoso.com/1", claims: [] };
const policy: ClaimsPolicySettings = { displayName: "Gate", definition: [] };
const credential = { username: "entra", password: "s" };
const options = { tenantDomain: "contoso.onmicrosoft.com", redirectUrl: "https://contoso.com/", invitationMail: true };
const person = { id: "r", email: "mina@example.com", attributes: { displayName: "Mina" } };
const social = [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "1" }];
const extensions = (graph: GraphClient) => authenticationExtensions(graph, graph);
const setup = (graph: GraphClient) => userFlowSetup(graph, "workforce", "B2X_1_Partner");

/** Those whose answer says something. */
const reading: Readonly<Record<string, Call>> = {
  "lists connectors": (graph) => apiConnectors(graph).connectors(),
  "makes a connector": (graph) => apiConnectors(graph).createConnector("Gate", "https://gate.contoso.com/x", credential),
  "reads what a flow calls": (graph) => setup(graph).links(),
  "lists attributes": (graph) => tenantsAttributes(graph),
  "lists what a flow collects": (graph) => setup(graph).collected(),
  "makes a flow collect": (graph) => setup(graph).collect({ id: "City", displayName: "City", dataType: "string" }),
  "lists user flows": (graph) => callingFlows(graph, "workforce"),
  "finds applications": (graph) => appRegistrations(graph).named("Gate"),
  "makes an application": (graph) => appRegistrations(graph).create("Gate"),
  "finds service principals": (graph) => appRegistrations(graph).principalOf("1"),
  "makes a service principal": (graph) => appRegistrations(graph).createPrincipal("1"),
  "reads consent": (graph) => appRegistrations(graph).isConsented("1"),
  "gives consent": (graph) => appRegistrations(graph).consent("1"),
  "lists extensions": (graph) => extensions(graph).extensions(),
  "makes an extension": (graph) => extensions(graph).create("onTokenIssuanceStart", "Gate", settings),
  "validates settings": (graph) => extensions(graph).validate(settings),
  "validates an extension": (graph) => extensions(graph).validateExisting("1"),
  "lists listeners": (graph) => extensions(graph).listeners(),
  listens: (graph) => extensions(graph).listen("onTokenIssuanceStart", "1", "2", "Gate"),
  "lists an external tenant's flows": (graph) => eventsFlows(graph).flows(),
  "lists a flow's applications": (graph) => eventsFlows(graph).applications("1"),
  "makes an external flow collect": (graph) => eventsFlows(graph).collect("1", ["city"]),
  "lists claims policies": (graph) => claimsPolicies(graph).all(),
  "reads an application's claims policies": (graph) => claimsPolicies(graph).of("1"),
  "reads who has a claims policy": (graph) => claimsPolicies(graph).holders("1"),
  "makes a claims policy": (graph) => claimsPolicies(graph).create(policy),
  "makes an attribute": (graph) => createAttribute(graph, { displayName: "Tier", dataType: "string", description: "Tier" }),
  "reads the log": (graph) => signUpLog(graph, new Date(0), new Date(1)),
  "reads a registration": (graph) => signInRegistration(graph, "1", true),
  "reads whether sign-up is on": (graph) => tenantPolicies(graph).allowsSignUp(),
  "reads which URIs are allowed": (graph) => tenantPolicies(graph).allowsUriWithHost(new Date(0)),
  "reads who invites": (graph) => tenantPolicies(graph).inviters(),
  "finds a group": (graph) => findGroup(graph, "g"),
  "finds a policy of an access package": (graph) => findPackage(graph, { accessPackageId: "1", assignmentPolicyId: "2" }),
  "finds a new account": (graph) =>
    arrivedAccount(graph, { email: person.email, issuers: ["google.com"], decidedAt: new Date(0), isCustomer: false }),
  "finds requests for an access package": (graph) => assignPackage(graph, { accessPackageId: "1", assignmentPolicyId: "2" }, "3"),
  "finds a sponsor": (graph) => sponsorByAddress(graph, "1", "mina@contoso.com"),
};
/** Those for which Graph's status is enough. */
const writing: Readonly<Record<string, Call>> = {
  "changes a connector": (graph) => apiConnectors(graph).updateConnector("1", { targetUrl: "https://gate.contoso.com/y" }),
  "deletes a connector": (graph) => apiConnectors(graph).deleteConnector("1"),
  "links a connector": (graph) => setup(graph).link("postFederationSignup", "1"),
  "unlinks a connector": (graph) => setup(graph).unlink("postFederationSignup"),
  "stops collecting": (graph) => setup(graph).stopCollecting("City"),
  "changes an application": (graph) => appRegistrations(graph).update("1", { identifierUris: [] }),
  "deletes an application": (graph) => appRegistrations(graph).remove("1"),
  "changes an extension": (graph) => extensions(graph).update("1", "onTokenIssuanceStart", settings),
  "deletes an extension": (graph) => extensions(graph).remove("1"),
  "stops listening": (graph) => extensions(graph).stopListening("1"),
  "links an extension": (graph) => eventsFlows(graph).link("1", "onAttributeCollectionStart", "2"),
  "assigns a claims policy": (graph) => claimsPolicies(graph).assign("1", "2"),
  "takes a claims policy away": (graph) => claimsPolicies(graph).unassign("1", "2"),
  "adds a member": (graph) => joinAccount(graph, "g", "1"),
};

/** A Graph that gives this answer to everything. */
function answering({ body, headers }: { readonly body: string; readonly headers: Record<string, string> }) {
  const writes: string[] = [];
  const graph = graphClient({
    endpoint: "https://graph.microsoft.com",
    retries: longRetries,
    signIn: async () => ({ value: "t", expiresInSeconds: 3_600 }),
    fetch: async (input, init) => {
      if (init?.method !== "GET" && !String(input).endsWith("validateAuthenticationConfiguration")) writes.push(String(input));
      return new Response(body, { headers });
    },
    sleep: async () => undefined,
  });
  return { graph, writes };
}

const called = expect.stringMatching(/^(GET|POST|PATCH|PUT|DELETE) graph\.microsoft\.com\/v1\.0\/[\w/$.{}]+$/);
const rows = (calls: Readonly<Record<string, Call>>, bodies: typeof odd) =>
  Object.entries(calls).flatMap(([what, call]) => bodies.map((each) => ({ what, call, ...each })));

describe("a success status with an unusable answer", () => {
  it.each([...rows(reading, [...odd, ...oddObjects]), ...rows(writing, odd)])(
    "is reported as unreadable: $what: $given",
    async ({ call, came, ...answer }) => {
      const { graph, writes } = answering(answer);
      await expect(call(graph)).rejects.toMatchObject({ name: "GraphError", code: "unreadable", came, call: called });
      // A write that nobody knows of is not sent again.
      expect(writes.length).toBeLessThan(2);
    },
  );

  it.each(
    rows({ "invites somebody": (graph) => provision(graph, []), "makes an account": (graph) => provision(graph, social) }, [
      ...odd,
      ...oddObjects,
    ]),
  )("is reported as an outage that allows another try: $what: $given", async ({ call, came, ...answer }) => {
    const { graph, writes } = answering(answer);
    await expect(call(graph)).rejects.toMatchObject({
      name: "AccountError",
      reason: "unavailable",
      retry: {},
      cause: { came, call: called },
    });
    expect(writes).toEqual([]);
  });

  it("is reported without naming a person", async () => {
    const { graph } = answering({ body: "", headers: json });
    const error: unknown = await graph.get("/users/mina@example.com?$filter=mail eq 'mina@example.com'").catch((each) => each);
    expect(error).toMatchObject({ call: "GET graph.microsoft.com/v1.0/users/{id}" });
    expect(JSON.stringify(error)).not.toContain("mina");
  });

  it("is accepted for calls that Graph answers without a body", async () => {
    const { graph } = answering({ body: "", headers: { ...json, "request-id": "r-1" } });
    await apiConnectors(graph).updateConnector("1", {});
  });
});

const provision = (graph: GraphClient, identities: typeof social) => makeAccounts(graph, options).provision({ ...person, identities });
