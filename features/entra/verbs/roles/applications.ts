import { type AwsClient, AwsError } from "../../../../adapters/aws/client";
import { secretVersion } from "../../../../adapters/aws/secrets";
import type { GraphApplication, GraphRole } from "../../../../cli/aws/stack";
import type { Deployment } from "../../../../cli/deployment";
import { GUID } from "../../../../engine/directory-account";
import { parseJsonObject } from "../../../../engine/json";
import type { EntraSetup } from "../../setup";

/** The role's functions sign in as `signsInAs`. If that is unknown, `unknown` gives the reason and the remedy. */
export type ApplicationRole = GraphRole & ({ readonly signsInAs: GraphApplication } | { readonly unknown: string });

/** Finds the application of each role. If neither the deployment nor the role's secret names it, `graphApplications` in entra.ts may. */
export async function readRoles(
  deployment: Deployment,
  { graphApplications = {} }: Pick<EntraSetup, "graphApplications">,
): Promise<readonly ApplicationRole[]> {
  const roles: ApplicationRole[] = [];
  for (const role of await deployment.graphRoles()) {
    const read = role.application ?? (await readApplication(role, deployment));
    const declared = graphApplications[role.name];
    const known = typeof read === "object" ? read : declared === undefined ? undefined : { clientId: declared };
    roles.push(known === undefined ? { ...role, unknown: explainUnknown(role, read) } : { ...role, signsInAs: known });
  }
  return roles;
}

/** @returns the application, or the reason why the secret does not name one */
async function readApplication(
  { name, secret }: GraphRole,
  { secretsManager, policySecrets = {} }: Deployment,
): Promise<GraphApplication | string> {
  const arn = secret ?? policySecrets[name];
  if (arn === undefined) return "no secret of the stack names its application";
  const members = await readMembers(secretsManager, arn);
  if (typeof members === "string") return members;
  const { clientId, tenantId } = members;
  if (!isId(clientId)) return `the secret ${name} holds no clientId yet`;
  return { clientId: clientId.trim(), ...(isId(tenantId) && { tenantId: tenantId.trim() }) };
}

/** If AWS refuses, returns the reason. The caller uses only the ids. */
async function readMembers(client: AwsClient, arn: string): Promise<Readonly<Record<string, unknown>> | string> {
  try {
    return parseJsonObject((await secretVersion(client, arn, "AWSCURRENT"))?.SecretString ?? "") ?? {};
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `its secret may not be read (${error.name})`;
  }
}

function isId(value: unknown): value is string {
  return typeof value === "string" && GUID.test(value.trim());
}

function explainUnknown({ name, arn }: GraphRole, why: unknown): string {
  const fill = `Fill the secret in (secrets set ${name}), or name the application in entra.ts: graphApplications: { "${name}": "CLIENT-ID" }.`;
  return `The role ${arn} has no federated credential, because ${String(why)}. ${fill} Then repeat the command.`;
}
