import type { Variables } from "../aws/environment";
import { applicationScope, type CloudName, type EntraCloud, findCloud } from "./clouds";

/** Names of the variables that the stack sets for functions that call Graph. */
export const graphEnvironment = {
  tenant: "GRAPH_TENANT",
  client: "GRAPH_CLIENT",
  /** The secret whose value is the application's client secret, or certificate. */
  secret: "GRAPH_SECRET",
  /** The ARN of the role that signs in as the application. Unset if the secret's credential signs in. */
  role: "GRAPH_ROLE",
  /** JSON: the roles that sign in for rules, by the name of the secret with the application's id. */
  ruleRoles: "GRAPH_ROLES",
  /** The cloud that the tenant is in (`CloudName`). Unset for the global cloud. */
  cloud: "GRAPH_CLOUD",
  /** Addresses of stand-ins for Graph and for the token endpoint. */
  graphEndpoint: "GATEHOUSE_ENDPOINT_GRAPH",
  loginEndpoint: "GATEHOUSE_ENDPOINT_LOGIN",
} as const;

/** The end of the name of an output with a role's ARN. Functions sign in by that role. The application's name precedes this end. */
export const GRAPH_ROLE_OUTPUT = "GraphRoleArn";

/** The addresses at which an application signs in and calls Graph. */
export interface GraphPlaces extends EntraCloud {
  /** The scope of an application's token. */
  readonly scope: string;
}

/**
 * Returns the addresses in a function's cloud. The variables may replace the addresses of Graph and of the token endpoint with a
 * stand-in's.
 */
export function graphPlaces(settings: Variables = process.env): GraphPlaces {
  const name = settings[graphEnvironment.cloud] as CloudName | undefined;
  const cloud = findCloud(name);
  if (cloud === undefined) throw new Error(`Microsoft publishes no addresses of the cloud ${name}.`);
  const { [graphEnvironment.graphEndpoint]: graph = cloud.graph, [graphEnvironment.loginEndpoint]: login = cloud.login } = settings;
  return { graph, login, audience: cloud.audience, scope: applicationScope(cloud) };
}

/** Returns the token endpoint's origin, without path. */
export const loginOrigin = () => graphPlaces().login;
