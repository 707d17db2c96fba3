import { type GraphClient, GraphError, otherForm } from "../../../adapters/graph/graph";
import { fetchAllPages, objects, soon } from "../../../adapters/graph/patient-calls";
import { type ApiConnector, apiConnectors, connectorAddress } from "./api-connectors";

/** Tenants whose user flows call API connectors. */
export type ConnectorTenant = "workforce" | "b2c";

/** Only B2C has the last step. */
export type FlowStep = "postFederationSignup" | "postAttributeCollection" | "preTokenIssuance";

export const flowSteps: Readonly<Record<ConnectorTenant, readonly FlowStep[]>> = {
  workforce: ["postFederationSignup", "postAttributeCollection"],
  b2c: ["postFederationSignup", "postAttributeCollection", "preTokenIssuance"],
};

/** B2C's flows are listed only in the beta version. */
export const graphVersion: Readonly<Record<ConnectorTenant, "v1.0" | "beta">> = { workforce: "v1.0", b2c: "beta" };

/** Permissions of the calls in this file, by the beginning of a call's path. */
export const userFlowPermissions = {
  "/identity/apiConnectors": "APIConnectors.ReadWrite.All",
  "/identity/": "IdentityUserFlow.ReadWrite.All",
} as const;

/**
 * Permissions by the beginning of a call's path. For connectors, Graph's pages name only wider ones (November 2026). If Graph refuses a
 * call, a command asks for the wider permissions.
 */
export const flowReadPermissions = {
  "/identity/apiConnectors": "APIConnectors.Read.All",
  "/identity/": "IdentityUserFlow.Read.All",
} as const;

/** A new flow of a workforce tenant. It calls the connectors from the start. */
export interface NewUserFlow {
  /** Ids of identity providers. */
  readonly providers: readonly string[];
  /** Ids of connectors. */
  readonly links: Partial<Readonly<Record<FlowStep, string>>>;
}

/** Ids of Graph's identity providers, by the words of a policy's `trust`. */
const providerIds: Readonly<Record<string, string>> = {
  mail: "EmailOtpSignup-OAUTH",
  google: "Google-OAUTH",
  "google.com": "Google-OAUTH",
  facebook: "Facebook-OAUTH",
  "facebook.com": "Facebook-OAUTH",
  microsoft: "MSASignup-OAUTH",
  entra: "AADSignup-OAUTH",
  password: "EmailPassword-OAUTH",
};

/** True for a word of `providers` in entra.ts, and for a provider's id in Graph: a GUID, or words joined by hyphens. */
export function isProvider(text: string): boolean {
  return Object.hasOwn(providerIds, text) || /^[A-Za-z0-9]+(-[A-Za-z0-9]+)+$/.test(text);
}

/** Returns the ids of the providers with which `entra apply` creates a flow. */
export function listProviderIds({ providers = ["mail"] }: { readonly providers?: readonly string[] }): readonly string[] {
  return [...new Set(providers.map((provider) => providerIds[provider] ?? provider))];
}

/** An attribute of the tenant, whether a flow collects it or not. */
export interface UserFlowAttribute {
  /** "City", or `extension_<appid>_Name`. */
  readonly id: string;
  readonly displayName: string;
  /** The description shown to people. */
  readonly description?: string | null;
  /** string, boolean, int64, stringCollection or dateTime. */
  readonly dataType: string;
}

export type CollectedAttribute = Pick<UserFlowAttribute, "id" | "displayName" | "dataType">;

export type FlowLinks = Partial<Readonly<Record<FlowStep, ApiConnector>>>;

export interface KnownLinks {
  readonly links: FlowLinks;
  /** Steps whose connector the tenant does not show. */
  readonly unknownSteps: readonly FlowStep[];
}

/** The steps in Graph's answer, which has other members too. A step is null if the flow calls no connector at this step. */
type ExpandedLinks = Partial<Readonly<Record<FlowStep, ApiConnector | null>>>;

const ATTRIBUTES = "/identity/userFlowAttributes";

/** Begins the id of every flow of a workforce tenant. */
export const WORKFORCE_PREFIX = "B2X_1_";

const flowsPath: Readonly<Record<ConnectorTenant, string>> = { workforce: "/identity/b2xUserFlows", b2c: "/identity/b2cUserFlows" };

/** Omits B2C's other flows, such as those to sign in or to change a password. */
export async function signUpFlows(graph: GraphClient, kind: ConnectorTenant): Promise<readonly string[]> {
  return await flowsOfType(graph, kind, /^signUp/i);
}

/** Includes B2C's flows to sign in, because they can call a connector before the token is sent. */
export async function callingFlows(graph: GraphClient, kind: ConnectorTenant): Promise<readonly string[]> {
  return await flowsOfType(graph, kind, /^sign(Up|In)/i);
}

async function flowsOfType(graph: GraphClient, kind: ConnectorTenant, type: RegExp): Promise<readonly string[]> {
  const flows = await fetchAllPages<{ readonly id: string; readonly userFlowType: string }>(graph, flowsPath[kind], ["id"]);
  return flows.filter(({ userFlowType }) => type.test(userFlowType)).map(({ id }) => id);
}

export async function tenantsAttributes(graph: Pick<GraphClient, "get" | "address">): Promise<readonly UserFlowAttribute[]> {
  return await fetchAllPages<UserFlowAttribute>(graph, ATTRIBUTES, ["id", "displayName", "dataType"]);
}

/** The properties of a custom attribute that can be set. The attribute's id ends with the display name. */
export type NewAttribute = Pick<UserFlowAttribute, "displayName" | "dataType"> & { readonly description: string };

/** Needs the permission `userFlowPermissions["/identity/"]`. */
export async function createAttribute(graph: GraphClient, attribute: NewAttribute): Promise<void> {
  const attributes = objects<UserFlowAttribute>(graph, ATTRIBUTES, { names: ["dataType"] });
  await attributes.create(attribute, ({ id }) => id.toLowerCase().endsWith(`_${attribute.displayName.toLowerCase()}`));
}

export type UserFlowSetup = ReturnType<typeof userFlowSetup>;

async function readLinks(graph: Pick<GraphClient, "get" | "address">, kind: ConnectorTenant, flow: string): Promise<KnownLinks> {
  const path = buildConfigurationPath(kind, flow);
  // Graph's page on $expand names only the two steps of a workforce tenant. With B2C's third step, Graph may answer 400.
  const ignoreThird = (error: unknown): undefined => {
    if (kind === "workforce" || !(error instanceof GraphError && error.status === 400)) throw error;
    return undefined;
  };
  const all = await expandedLinks(graph, path, flowSteps[kind]).catch(ignoreThird);
  if (all !== undefined) return { links: all, unknownSteps: [] };
  const links = await expandedLinks(graph, path, flowSteps.workforce);
  const third = await graph.get<ApiConnector>(`${path}/preTokenIssuance`).catch((error: unknown) => {
    return error instanceof GraphError && error.status === 404 ? null : ignoreThird(error);
  });
  return { links: third ? { ...links, preTokenIssuance: third } : links, unknownSteps: third === undefined ? ["preTokenIssuance"] : [] };
}

async function expandedLinks(graph: Pick<GraphClient, "get" | "address">, path: string, steps: readonly FlowStep[]): Promise<FlowLinks> {
  const query = `${path}?$expand=${steps.join(",")}`;
  const links = await graph.get<ExpandedLinks & { readonly "@odata.context"?: string }>(query);
  // If an answer has neither a context nor a step, it is not the expected object. A step may still call a connector.
  const isOne = links["@odata.context"] !== undefined || steps.some((step) => step in links);
  if (!isOne) throw otherForm(graph, "GET", query);
  return Object.fromEntries(steps.flatMap((step) => (links[step] ? [[step, links[step]]] : [])));
}

/** True if a user flow of the tenant calls a connector, or may call it at a step that Graph does not show. */
async function isCalledByFlow(graph: GraphClient, kind: ConnectorTenant, id: string): Promise<boolean> {
  for (const flow of await callingFlows(graph, kind)) {
    const { links, unknownSteps } = await readLinks(graph, kind, flow);
    if (unknownSteps.length > 0 || Object.values(links).some((each) => each.id === id)) return true;
  }
  return false;
}

function buildFlowPath(kind: ConnectorTenant, flow: string): string {
  return `${flowsPath[kind]}/${encodeURIComponent(flow)}`;
}

function buildConfigurationPath(kind: ConnectorTenant, flow: string): string {
  return `${buildFlowPath(kind, flow)}/apiConnectorConfiguration`;
}

/** Every method throws GraphError if Graph refuses. */
export function userFlowSetup(graph: GraphClient, kind: ConnectorTenant, flow: string) {
  const flows = objects<{ readonly id: string }>(graph, flowsPath[kind], { ask: (call) => soon(graph, call) });
  // A flow that was just made may be unknown to Graph for some seconds.
  const assignments = objects<{ readonly id: string }>(graph, `${buildFlowPath(kind, flow)}/userAttributeAssignments`, {
    ask: (call) => soon(graph, call),
  });
  const putLink = (step: FlowStep, link: object) => graph.put(`${buildConfigurationPath(kind, flow)}/${step}/$ref`, link);
  return {
    ...apiConnectors(graph, (id) => isCalledByFlow(graph, kind, id)),
    /** Creates the flow. Graph puts the prefix before the id itself. */
    async createFlow({ providers, links }: NewUserFlow): Promise<void> {
      const body = {
        id: flow.slice(WORKFORCE_PREFIX.length),
        userFlowType: "signUpOrSignIn",
        userFlowTypeVersion: 1,
        identityProviders: providers.map((id) => ({ id })),
        apiConnectorConfiguration: Object.fromEntries(
          Object.entries(links).map(([step, id]) => [step, { "@odata.id": connectorAddress(graph, id) }]),
        ),
      };
      await flows.create(body, ({ id }) => isSameText(id, flow));
    },
    links: () => readLinks(graph, kind, flow),
    link: (step: FlowStep, connectorId: string): Promise<void> =>
      soon(graph, () => putLink(step, { "@odata.id": connectorAddress(graph, connectorId) })),
    unlink: (step: FlowStep): Promise<void> => putLink(step, {}),
    attributes: () => tenantsAttributes(graph),
    collected: async (): Promise<readonly string[]> => (await assignments.all()).map(({ id }) => id),
    createAttribute: (attribute: NewAttribute) => createAttribute(graph, attribute),
    /** @param choices the label that people read, by the value that Entra stores; if there are no choices, people type */
    async collect({ id, displayName, dataType }: CollectedAttribute, choices: Readonly<Record<string, string>> = {}): Promise<void> {
      const userAttributeValues = Object.entries(choices).map(([value, name]) => ({ name, value, isDefault: false }));
      const chosen = dataType.toLowerCase() === "stringcollection" ? "CheckboxMultiSelect" : "RadioSingleSelect";
      const userInputType = userAttributeValues.length === 0 ? "TextBox" : chosen;
      const body = {
        userInputType,
        isOptional: true,
        requiresVerification: false,
        displayName,
        userAttributeValues,
        userAttribute: { id },
      };
      await assignments.create(body, (each) => each.id === id);
    },
    stopCollecting: assignments.remove,
  };
}

/** Ignores case, because pages of Graph's reference spell names in different cases. */
export function isSameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

const EXTERNAL =
  "microsoft.graph.externalUsersSelfServiceSignUpEventsFlow/onAuthenticationMethodLoadStart/microsoft.graph.onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp/identityProviders";

/** Reads the ids of a flow's identity providers. Undefined if Graph does not tell them: nothing that `apply` does depends on them. */
export async function readFlowProviders(
  graph: Pick<GraphClient, "get" | "address">,
  flow: { readonly workforce: string } | { readonly external: string },
): Promise<readonly string[] | undefined> {
  const path =
    "workforce" in flow
      ? `/identity/b2xUserFlows/${encodeURIComponent(flow.workforce)}/userFlowIdentityProviders`
      : `/identity/authenticationEventsFlows/${flow.external}/${EXTERNAL}`;
  try {
    return (await fetchAllPages<{ readonly id: string }>(graph, path, ["id"])).map(({ id }) => id);
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

/** Returns a note if an existing flow offers other providers than entra.ts names. @param actual undefined if they are not known */
export function describeOtherProviders(
  flow: string,
  wanted: readonly string[] = [],
  actual: readonly string[] | undefined,
): readonly string[] {
  if (wanted.length === 0 || actual === undefined) return [];
  const lacks = (all: readonly string[]) => (one: string) => !all.some((other) => isSameText(one, other));
  const [missing, others] = [wanted.filter(lacks(actual)), actual.filter(lacks(wanted))];
  if (missing.length + others.length === 0) return [];
  const differences = [
    ...(missing.length > 0 ? [`lacks ${missing.join(", ")}`] : []),
    ...(others.length > 0 ? [`also offers ${others.join(", ")}`] : []),
  ];
  return [`${flow} ${differences.join(" and ")}. A flow that exists keeps its providers: change them in the admin center, or in entra.ts.`];
}
