import { kebabCase } from "../../adapters/aws/deployment-name";
import { type CloudName, entraClouds, findCloud, GRAPH_ROLE_OUTPUT, graphEnvironment } from "../../adapters/graph/clouds";
import { parseJsonObject } from "../../engine/json";
import type { SecretStore } from "../aws/secrets";
import type { Template } from "../aws/template";
import type { InstanceRole } from "../data/instance";
import type { TrustedRole } from "../stand-ins/outside-system";

/** The roles in the template that functions assume to sign in to Graph; none if functions sign in by secrets. */
export function graphRoles(template: Template): readonly InstanceRole[] {
  const ofPolicy = parseJsonObject(template.output("PolicySecrets") ?? "") as Readonly<Record<string, string>> | undefined;
  return [...template.outputsEnding(GRAPH_ROLE_OUTPUT)].map(([prefix, arn]) => {
    const name = kebabCase(prefix);
    const application = findApplication(template, arn);
    // If no function names the role's application, a secret contains the application's id. A rule's role has the same name as the rule's
    // secret.
    const secret = application === undefined ? (template.output(`${prefix}Secret`) ?? ofPolicy?.[name]) : undefined;
    return { name, arn, secret, application };
  });
}

/**
 * Finds the application of a role in the environment variables of the functions that assume the role. Undefined if these variables name no
 * application.
 */
function findApplication(template: Template, arn: string): InstanceRole["application"] {
  for (const { [graphEnvironment.role]: role, [graphEnvironment.client]: clientId, [graphEnvironment.tenant]: tenantId } of readVariables(
    template,
  )) {
    if (role === arn && clientId !== undefined) return { clientId, tenantId };
  }
  return undefined;
}

function readVariables(template: Template): readonly Readonly<Record<string, string>>[] {
  return template
    .ofType("AWS::Lambda::Function")
    .map(({ property }) => property<{ readonly Variables?: Readonly<Record<string, string>> }>("Environment")?.Variables ?? {});
}

/** The audience of the roles' tokens. It depends on the cloud that functions call. */
export function findAudience(template: Template): string {
  const [cloud] = readVariables(template).flatMap(({ [graphEnvironment.cloud]: name }) => name ?? []);
  return (findCloud(cloud as CloudName | undefined) ?? entraClouds.global).audience;
}

/** Leaves out a role whose application has no id in the secrets or the functions. */
export function listTrustedRoles(roles: readonly InstanceRole[], store: SecretStore): readonly TrustedRole[] {
  return roles.flatMap(({ name, arn, secret, application }) => {
    const clientId = application?.clientId ?? (secret && parseJsonObject(store.current(secret))?.clientId);
    return typeof clientId === "string" ? [{ name, arn, clientId }] : [];
  });
}
