import { GRAPH_ROLE_OUTPUT, graphEnvironment } from "../../adapters/graph/places";
import { type DeployedResource, readVariables, type Stack } from "./stack";
import { secretName } from "./typed-secrets";

/** A role by which functions sign in to Microsoft Graph as an application of the tenant. */
export interface GraphRole {
  /** Kebab-case: "approvals". The names of the role's output and of the application's secret begin with this name in PascalCase. */
  readonly name: string;
  readonly arn: string;
  /** Absent if the functions' variables name the application. */
  readonly secret?: string | undefined;
  /** Absent if a secret names the application. */
  readonly application?: GraphApplication | undefined;
}

export interface GraphApplication {
  readonly clientId: string;
  readonly tenantId?: string | undefined;
}

export async function graphRoles(stack: Stack): Promise<readonly GraphRole[]> {
  const outputs = Object.entries(stack.outputs).filter(([output]) => output.endsWith(GRAPH_ROLE_OUTPUT));
  const roles: GraphRole[] = [];
  for (const [output, arn] of outputs) {
    const prefix = output.slice(0, -GRAPH_ROLE_OUTPUT.length);
    const secret = stack.output(`${prefix}Secret`);
    const application = secret === undefined ? await findApplication(stack, arn) : undefined;
    roles.push({ name: secretName(prefix), arn, ...(secret !== undefined && { secret }), ...(application && { application }) });
  }
  return roles;
}

async function findApplication(stack: Stack, arn: string): Promise<GraphApplication | undefined> {
  const roles = await stack.resources("AWS::IAM::Role");
  const role = roles.find(({ physicalId }) => physicalId !== "" && arn.endsWith(`/${physicalId}`));
  const functions = role === undefined ? [] : (await stack.resources("AWS::Lambda::Function")).filter((each) => assumes(each, role));
  for (const each of functions) {
    const { [graphEnvironment.client]: clientId, [graphEnvironment.tenant]: tenantId } = readVariables<unknown>(each);
    if (typeof clientId === "string") return { clientId, ...(typeof tenantId === "string" && { tenantId }) };
  }
  return undefined;
}

function assumes(lambda: DeployedResource, { logicalId }: DeployedResource): boolean {
  const { [graphEnvironment.role]: role } = readVariables<unknown>(lambda);
  return JSON.stringify(role) === JSON.stringify({ "Fn::GetAtt": [logicalId, "Arn"] });
}
