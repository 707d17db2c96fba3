import type { Variables } from "../aws/environment";
import { applicationScope, type CloudName, type EntraCloud, findCloud } from "./clouds";

/** Names of the variables that the stack sets for functions that call Graph. */
export const graphEnvironment = {
  tenant: "GRAPH_TENANT",
  client: "GRAPH_CLIENT",
  /** The secret whose value is the application's client secret, or certificate. */
  secret: "GRAPH_SECRET",
  /** The ARN of the role that signs in as the application. Unset where a secret does. */
  role: "GRAPH_ROLE",
  /** JSON: the roles that sign in for rules, by the name of the secret with the application's id. */
  ruleRoles: "GRAPH_ROLES",
  /** The cloud that the tenant is in (`CloudName`). Unset for the global one. */
  cloud: "GRAPH_CLOUD",
  /** Stand-ins for Graph and for the place that gives out tokens. */
  graphEndpoint: "GATEHOUSE_ENDPOINT_GRAPH",
  loginEndpoint: "GATEHOUSE_ENDPOINT_LOGIN",
} as const;

/** Where an application of the tenant signs in and calls. */
export interface GraphPlaces extends EntraCloud {
  /** The scope of an application's token. */
  readonly scope: string;
}

/** The places of a function's cloud, by its variables. Stand-ins take the place of both addresses. */
export function graphPlaces(settings: Variables = process.env): GraphPlaces {
  const name = settings[graphEnvironment.cloud] as CloudName | undefined;
  const cloud = findCloud(name);
  if (cloud === undefined) throw new Error(`Microsoft publishes no addresses of the cloud ${name}.`);
  const { [graphEnvironment.graphEndpoint]: graph = cloud.graph, [graphEnvironment.loginEndpoint]: login = cloud.login } = settings;
  return { graph, login, audience: cloud.audience, scope: applicationScope(cloud) };
}

/** Where tokens are given out: without path. */
export const loginOrigin = () => graphPlaces().login;
