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
