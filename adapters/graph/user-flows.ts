import { type ApiConnector, apiConnectors, connectorAddress } from "./api-connectors";
import type { GraphClient } from "./graph";
import { allOf, objects, soon } from "./patient-calls";

/** What has user flows that call API connectors. */
export type ConnectorTenant = "workforce" | "b2c";

/** A step of a user flow, as Graph calls it; the last one is B2C's alone. */
export type FlowStep = "postFederationSignup" | "postAttributeCollection" | "preTokenIssuance";

export const flowSteps: Readonly<Record<ConnectorTenant, readonly FlowStep[]>> = {
  workforce: ["postFederationSignup", "postAttributeCollection"],
  b2c: ["postFederationSignup", "postAttributeCollection", "preTokenIssuance"],
};

/** Graph tells the flows of B2C in its beta version alone. */
export const graphVersion: Readonly<Record<ConnectorTenant, "v1.0" | "beta">> = { workforce: "v1.0", b2c: "beta" };

/** The permissions that all calls of this file take, each with the paths it is for. */
export const userFlowPermissions = {
  "/identity/apiConnectors": "APIConnectors.ReadWrite.All",
  "/identity/": "IdentityUserFlow.ReadWrite.All",
} as const;

/** An identityUserFlowAttribute: the tenant's, whether a flow collects it or not. */
export interface UserFlowAttribute {
  /** "City", or `extension_<appid>_Name`. */
  readonly id: string;
  readonly displayName: string;
  /** What people are shown. */
  readonly description?: string | null;
  /** string, boolean, int64, stringCollection or dateTime. */
  readonly dataType: string;
}

/** What a user flow calls, by step. */
export type FlowLinks = Partial<Readonly<Record<FlowStep, ApiConnector>>>;

/** As Graph tells them, among other things: null where a step calls nothing. */
type ExpandedLinks = Partial<Readonly<Record<FlowStep, ApiConnector | null>>>;

const flowsPath: Readonly<Record<ConnectorTenant, string>> = { workforce: "/identity/b2xUserFlows", b2c: "/identity/b2cUserFlows" };

/** Ids of the flows by which people sign up; B2C has others, to sign in or to change a password. */
export async function signUpFlows(graph: GraphClient, kind: ConnectorTenant): Promise<readonly string[]> {
  return await flowsOfType(graph, kind, /^signUp/i);
}

/** Ids of the flows that can call connectors: B2C's to sign in call them before sending the token. */
export async function callingFlows(graph: GraphClient, kind: ConnectorTenant): Promise<readonly string[]> {
  return await flowsOfType(graph, kind, /^sign(Up|In)/i);
}

async function flowsOfType(graph: GraphClient, kind: ConnectorTenant, type: RegExp): Promise<readonly string[]> {
  const flows = await allOf<{ readonly id: string; readonly userFlowType: string }>(graph, flowsPath[kind]);
  return flows.filter(({ userFlowType }) => type.test(userFlowType)).map(({ id }) => id);
}

/** All that a tenant of any kind has. */
export async function tenantsAttributes(graph: Pick<GraphClient, "get" | "address">): Promise<readonly UserFlowAttribute[]> {
  return await allOf<UserFlowAttribute>(graph, "/identity/userFlowAttributes");
}

export type UserFlowSetup = ReturnType<typeof userFlowSetup>;

/** A tenant's API connectors, and one of its user flows. Every method throws GraphError for what Graph refuses. */
export function userFlowSetup(graph: GraphClient, kind: ConnectorTenant, flow: string) {
  const flowPath = `${flowsPath[kind]}/${encodeURIComponent(flow)}`;
  const configuration = `${flowPath}/apiConnectorConfiguration`;
  const assignments = objects<{ readonly id: string }>(graph, `${flowPath}/userAttributeAssignments`);
  const putLink = (step: FlowStep, link: object) => graph.put(`${configuration}/${step}/$ref`, link);
  return {
    ...apiConnectors(graph),
    async links(): Promise<FlowLinks> {
      const found = await graph.get<ExpandedLinks>(`${configuration}?$expand=${flowSteps[kind].join(",")}`);
      return Object.fromEntries(flowSteps[kind].flatMap((step) => (found[step] ? [[step, found[step]]] : [])));
    },
    link: (step: FlowStep, connectorId: string): Promise<void> =>
      soon(() => putLink(step, { "@odata.id": connectorAddress(graph, connectorId) })),
    unlink: (step: FlowStep): Promise<void> => putLink(step, {}),
    /** All that the tenant has. */
    attributes: () => tenantsAttributes(graph),
    /** Ids of those that the flow collects. */
    collected: async (): Promise<readonly string[]> => (await assignments.all()).map(({ id }) => id),
    async collect({ id, displayName }: UserFlowAttribute): Promise<void> {
      const typed = { userInputType: "TextBox", isOptional: true, requiresVerification: false };
      const body = { ...typed, displayName, userAttributeValues: [], userAttribute: { id } };
      await assignments.create(body, (each) => each.id === id);
    },
    stopCollecting: assignments.remove,
  };
}
