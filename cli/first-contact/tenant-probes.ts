import { randomUUID } from "node:crypto";
import { byIdentity, byMail } from "../../adapters/graph/accounts/bodies";
import { apiConnectors } from "../../adapters/graph/api-connectors";
import { appRegistrations } from "../../adapters/graph/app-registrations";
import { byOtherMail } from "../../adapters/graph/arrivals/find";
import { signUpLog } from "../../adapters/graph/audit-logs";
import { authenticationExtensions, isOf } from "../../adapters/graph/authentication-extensions";
import { eventsFlows } from "../../adapters/graph/events-flows";
import { type GraphClient, GraphError } from "../../adapters/graph/graph";
import { type ConnectorTenant, graphVersion, signUpFlows, tenantsAttributes, userFlowSetup } from "../../adapters/graph/user-flows";
import { ENTRA_APP_ID } from "../../engine/protocols/extension-caller";
import type { ProbedId } from "./assumptions";
import { type AssumptionProbe, NotTriedError, type ProbeContext, unless } from "./probe";

/** Nobody answers there, and no flow calls it. */
const NOWHERE = "https://gatehouse.invalid";
const HOUR_MS = 3_600_000;

const connectors: AssumptionProbe = async ({ graph, run, removeAtEnd }) => {
  const { connectors: all, createConnector, updateConnector, deleteConnector } = apiConnectors(await graph(["workforce", "b2c"]));
  const name = `Gatehouse probe ${run}`;
  const ours = async () => (await all()).filter(({ displayName }) => displayName === name);
  removeAtEnd(`the API connector ${name}`, async () => {
    for (const { id } of await ours()) await deleteConnector(id);
  });
  const password = randomUUID();
  const id = await createConnector(name, `${NOWHERE}/${run}`, { username: "probe", password });
  await updateConnector(id, { targetUrl: `${NOWHERE}/${run}/changed` });
  const [made] = await ours();
  if (made?.targetUrl !== `${NOWHERE}/${run}/changed`) return `it calls ${made?.targetUrl ?? "nothing"} after it was changed`;
  return unless(!JSON.stringify(made).includes(password), "its password can be read");
};

/** Reads what a user flow calls: a refusal is what would be found. */
const linksIn =
  (kind: ConnectorTenant): AssumptionProbe =>
  async ({ graph }) => {
    const client = await graph([kind], graphVersion[kind]);
    const [flow] = await signUpFlows(client, kind);
    if (flow === undefined) throw new NotTriedError("the tenant has no user flow");
    await userFlowSetup(client, kind, flow).links();
    return undefined;
  };

const attributes: AssumptionProbe = async ({ graph }) => {
  const all = await tenantsAttributes(await graph(["workforce", "b2c", "external-tenant"]));
  const odd = all.filter(({ dataType }) => typeof dataType !== "string");
  return unless(all.length > 0 && odd.length === 0, `${odd.length} of ${all.length} attributes have no data type`);
};

const FLOWS = "/identity/authenticationEventsFlows";

/** Gives an extension to a flow without applications, which nobody signs up by. @returns the version of Graph that did it */
async function linkedBy({ graph, run, removeAtEnd }: ProbeContext, purpose: string): Promise<"v1.0" | "beta"> {
  const client = await graph(["external-tenant"]);
  const { extensions } = await extensionsOf(graph);
  const extension = (await extensions()).find((each) => isOf(each, "onAttributeCollectionSubmit"));
  if (extension === undefined) throw new NotTriedError("the tenant has no extension yet: entra apply makes one");
  const { flows, link } = eventsFlows(client, await graph(["external-tenant"], "beta"));
  const displayName = `Gatehouse probe ${run} ${purpose}`;
  removeAtEnd(`the user flow ${displayName}`, async () => {
    for (const made of (await flows()).filter((each) => each.displayName === displayName)) await client.delete(`${FLOWS}/${made.id}`);
  });
  return await link(await emptyFlow(client, displayName), "onAttributeCollectionSubmit", extension.id);
}

/** `link` reads back what it did, and throws where no version did it. */
const flowHandler: AssumptionProbe = async (context) => {
  await linkedBy(context, "handler");
  return undefined;
};

const flowUpdate: AssumptionProbe = async (context) => {
  const version = await linkedBy(context, "update");
  return unless(version === "v1.0", "the update keeps no extension, and the beta call gave it one");
};

async function emptyFlow(client: GraphClient, displayName: string): Promise<string> {
  try {
    const body = { "@odata.type": "#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow", displayName };
    return (await client.post<{ readonly id: string }>(FLOWS, body))?.id ?? "";
  } catch (error) {
    // What a flow needs at least is another question.
    if (error instanceof GraphError && error.status === 400) throw new NotTriedError(`Graph makes no empty flow: ${error.code}`);
    throw error;
  }
}

const flowApplications: AssumptionProbe = async ({ graph }) => {
  const { flows, applications } = eventsFlows(await graph(["external-tenant"]));
  const [flow] = await flows();
  if (flow === undefined) throw new NotTriedError("the tenant has no user flow");
  const odd = (await applications(flow.id)).filter((each) => typeof each !== "string");
  return unless(odd.length === 0, "an application has no appId");
};

async function extensionsOf(graph: ProbeContext["graph"]) {
  return authenticationExtensions(await graph(["external-tenant"]), await graph(["external-tenant"], "beta"));
}

const listeners: AssumptionProbe = async ({ graph }) => {
  const all = await (await extensionsOf(graph)).listeners();
  if (all.length === 0) throw new NotTriedError("the tenant has no listener");
  const odd = all.filter(({ priority }) => typeof priority !== "number");
  return unless(odd.length === 0, `${odd.length} of ${all.length} listeners have no priority`);
};

/** Asked once: entra apply asks again while a service principal is missing, as this one's is. */
const validate: AssumptionProbe = async ({ graph, run }) => {
  await assertPrincipal(graph);
  const found = await (await graph(["external-tenant"])).post<{ readonly errors?: unknown; readonly warnings?: unknown }>(
    "/identity/customAuthenticationExtensions/validateAuthenticationConfiguration",
    {
      authenticationConfiguration: {
        "@odata.type": "#microsoft.graph.azureAdTokenAuthentication",
        resourceId: `api://gatehouse.invalid/${randomUUID()}`,
      },
      endpointConfiguration: { "@odata.type": "#microsoft.graph.httpRequestEndpoint", targetUrl: `${NOWHERE}/${run}` },
    },
  );
  return unless(Array.isArray(found?.errors) && Array.isArray(found.warnings), "its answer lists no errors and warnings");
};

const log: AssumptionProbe = async ({ graph }) => {
  const now = new Date();
  await signUpLog(await graph(["external-tenant"], "beta"), new Date(now.getTime() - HOUR_MS), now);
  return undefined;
};

/** Without it Graph refuses for a while, and is asked again until it does not. */
async function assertPrincipal(graph: ProbeContext["graph"]): Promise<void> {
  const found = await appRegistrations(await graph(["external-tenant"])).principalOf(ENTRA_APP_ID);
  if (found === undefined) throw new NotTriedError("Entra's application has no service principal here yet: entra apply makes it");
}

const entrasPrincipal: AssumptionProbe = async ({ graph }) => {
  await assertPrincipal(graph);
  return undefined;
};

const byId: AssumptionProbe = async ({ graph, run }) => {
  const nobody = { signInType: "federated", issuer: "google.com", issuerAssignedId: `probe-${run}` };
  return await nobodyAt(await graph(["workforce"]), byIdentity(nobody));
};

const byAddress: AssumptionProbe = async ({ graph, run, deployment }) => {
  const [client, address] = [await graph(["workforce"]), `probe-${run}@${deployment.drillDomain}`];
  return (await nobodyAt(client, byMail(address))) ?? (await nobodyAt(client, byOtherMail(address)));
};

async function nobodyAt(client: GraphClient, path: string): Promise<string | undefined> {
  const { value } = await client.get<{ readonly value?: readonly unknown[] }>(path);
  return unless(Array.isArray(value) && value.length === 0, `it finds ${value?.length ?? "no list of"} people for nobody's`);
}

/** Of the tenant, with the credentials of entra commands. */
export const tenantProbes = {
  "graph.connectors": connectors,
  "graph.connector-links": linksIn("workforce"),
  "graph.b2c-flows": linksIn("b2c"),
  "graph.attributes": attributes,
  "graph.flow-handler": flowHandler,
  "graph.flow-update": flowUpdate,
  "graph.flow-applications": flowApplications,
  "graph.listeners": listeners,
  "graph.validate": validate,
  "graph.sign-up-log": log,
  "graph.entras-principal": entrasPrincipal,
  "graph.search-by-identity": byId,
  "graph.search-by-mail": byAddress,
} satisfies Partial<Record<ProbedId, AssumptionProbe>>;
