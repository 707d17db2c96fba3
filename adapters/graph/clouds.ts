import type { Variables } from "../aws/environment";

export const GRAPH = "https://graph.microsoft.com";
export const LOGIN = "https://login.microsoftonline.com";

export interface EntraCloud {
  /** Microsoft Graph, without path. */
  readonly graph: string;
  /** The token endpoint's origin, without path. */
  readonly login: string;
  /** The audience that Entra in this cloud requires of other issuers' tokens. */
  readonly audience: string;
}

/**
 * Sources: "Microsoft Graph national cloud deployments"; for audiences, Entra's page "Configure an application to trust a managed
 * identity", read on 2026-11-29, and the issues microsoft-identity-web 2749 and terraform-provider-azuread 1755.
 */
export const entraClouds = {
  global: { graph: GRAPH, login: LOGIN, audience: "api://AzureADTokenExchange" },
  "us-government": {
    graph: "https://graph.microsoft.us",
    login: "https://login.microsoftonline.us",
    audience: "api://AzureADTokenExchangeUSGov",
  },
  "us-government-dod": {
    graph: "https://dod-graph.microsoft.us",
    login: "https://login.microsoftonline.us",
    audience: "api://AzureADTokenExchangeUSGov",
  },
  china: {
    graph: "https://microsoftgraph.chinacloudapi.cn",
    login: "https://login.chinacloudapi.cn",
    audience: "api://AzureADTokenExchangeChina",
  },
} as const satisfies Readonly<Record<string, EntraCloud>>;

/** Clouds for which Microsoft publishes Graph's model but no addresses. */
const cloudsWithoutAddress = ["bleu", "delos", "govsg", "usnat"] as const;

/** A cloud of Microsoft's. Functions and commands can call Graph in the first four. */
export type CloudName = "global" | "us-government" | "us-government-dod" | "china" | (typeof cloudsWithoutAddress)[number];
export const cloudNames = [...(Object.keys(entraClouds) as (keyof typeof entraClouds)[]), ...cloudsWithoutAddress] as const;

export function findCloud(name: CloudName = "global"): EntraCloud | undefined {
  return name in entraClouds ? entraClouds[name as keyof typeof entraClouds] : undefined;
}

/** Returns the scope with which an application asks for all its granted permissions: a URL on Graph's host in the cloud. */
export function applicationScope({ graph }: Pick<EntraCloud, "graph">): string {
  return `${graph}/.default`;
}

/** Types of Graph that a gate's set-up needs in the tenant. */
const connectorTypes = ["apiConnector", "b2xIdentityUserFlow"] as const;
const extensionTypes = ["customAuthenticationExtension", "onAttributeCollection…"] as const;

/** Returns the types that a cloud's model lacks for a kind of tenant. Source: $metadata of the clouds, 2026-08-20. */
export function missingTypes(name: CloudName, kind: "workforce" | "b2c" | "external-tenant"): readonly string[] {
  if (name === "global") return [];
  if (kind === "external-tenant") return extensionTypes;
  return name === "china" ? [] : connectorTypes;
}

/** Names of the variables that the stack sets for functions that call Graph. */
export const graphEnvironment = {
  tenant: "GRAPH_TENANT",
  client: "GRAPH_CLIENT",
  /** The secret whose value is the application's client secret, or certificate. */
  secret: "GRAPH_SECRET",
  /** The ARN of the role that signs in as the application. Unset if the secret's credential signs in. */
  role: "GRAPH_ROLE",
  /** JSON object: the name of a secret that rules declare for Graph -> the ARN of the role that signs in as this secret's application. */
  ruleRoles: "GRAPH_ROLES",
  /** The cloud that the tenant is in (`CloudName`). Unset for the global cloud. */
  cloud: "GRAPH_CLOUD",
  /** The address of a stand-in for Graph. The next variable holds the address of a stand-in for the token endpoint. */
  graphEndpoint: "GATEHOUSE_ENDPOINT_GRAPH",
  loginEndpoint: "GATEHOUSE_ENDPOINT_LOGIN",
} as const;

/** The end of an output's name, after the application's name. The output holds the ARN of the role by which functions sign in. */
export const GRAPH_ROLE_OUTPUT = "GraphRoleArn";

export interface GraphPlaces extends EntraCloud {
  readonly scope: string;
}

/** Returns the addresses in a function's cloud. A variable may name a stand-in for Graph or for the token endpoint. */
export function graphPlaces(settings: Variables = process.env): GraphPlaces {
  const name = settings[graphEnvironment.cloud] as CloudName | undefined;
  const cloud = findCloud(name);
  if (cloud === undefined) throw new Error(`Microsoft publishes no addresses of the cloud ${name}.`);
  const { [graphEnvironment.graphEndpoint]: graph = cloud.graph, [graphEnvironment.loginEndpoint]: login = cloud.login } = settings;
  return { graph, login, audience: cloud.audience, scope: applicationScope(cloud) };
}

export const loginOrigin = () => graphPlaces().login;
