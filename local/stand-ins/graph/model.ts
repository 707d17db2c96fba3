import { graphModel } from "./model-data";
import type { GraphVersion, TypeModel } from "./model-types";

/** The type of what a path, below the version, holds; a path that is not here takes a reference or is an action. */
const typesByPath: readonly (readonly [RegExp, string])[] = [
  [/^\/applications(\/[^/]+)?$/, "Application"],
  [/^\/groups\/[^/]+$/, "Group"],
  [/^\/identity\/apiConnectors(\/[^/]+)?$/, "IdentityApiConnector"],
  [/^\/identity\/authenticationEventListeners(\/[^/]+)?$/, "AuthenticationEventListener"],
  [/^\/identity\/authenticationEventsFlows(\/[^/]+)?$/, "AuthenticationEventsFlow"],
  [/^\/identity\/authenticationEventsFlows\/[^/]+\/conditions\/applications\/includeApplications$/, "AuthenticationConditionApplication"],
  [/^\/identity\/b2xUserFlows$/, "B2xIdentityUserFlow"],
  [/^\/identity\/b2cUserFlows$/, "B2cIdentityUserFlow"],
  [/^\/identity\/b2[xc]UserFlows\/[^/]+\/apiConnectorConfiguration$/, "UserFlowApiConnectorConfiguration"],
  [/^\/identity\/b2[xc]UserFlows\/[^/]+\/userAttributeAssignments$/, "IdentityUserFlowAttributeAssignment"],
  [/^\/identity\/customAuthenticationExtensions(\/(?!validate)[^/]+)?$/, "CustomAuthenticationExtension"],
  [/^\/identity\/userFlowAttributes$/, "IdentityUserFlowAttribute"],
  [/^\/identityGovernance\/entitlementManagement\/assignmentRequests$/, "AccessPackageAssignmentRequest"],
  [/^\/invitations$/, "Invitation"],
  [/^\/policies\/authenticationFlowsPolicy$/, "AuthenticationFlowsPolicy"],
  [/^\/policies\/authorizationPolicy$/, "AuthorizationPolicy"],
  [/^\/policies\/claimsMappingPolicies(\/[^/]+)?$/, "ClaimsMappingPolicy"],
  [/^\/policies\/defaultAppManagementPolicy$/, "TenantAppManagementPolicy"],
  [/^\/servicePrincipals(\/[^/]+)?$/, "ServicePrincipal"],
  [/^\/servicePrincipals\/[^/]+\/appRole(Assignments|AssignedTo)$/, "AppRoleAssignment"],
  [/^\/users(\/[^/]+)?$/, "User"],
  [/^\/auditLogs\/signIns$/, "SignIn"],
  [/^\/auditLogs\/signUps$/, "SelfServiceSignUp"],
];

/** How a body or an answer differs from Graph's model; empty where its path is of no type. @param path below the version */
export function modelDifferences(version: GraphVersion, path: string, body: unknown): readonly string[] {
  const type = typesByPath.find(([pattern]) => pattern.test(path))?.[1];
  if (type === undefined || !isObject(body)) return [];
  const held = holders[version];
  return Array.isArray(body.value) ? body.value.flatMap((each, index) => held(each, type, `value[${index}]`)) : held(body, type, "");
}

const holders = { "v1.0": holder("v1.0"), beta: holder("beta") };

function holder(version: GraphVersion) {
  const { shared, [version]: own } = graphModel;
  const types: Readonly<Record<string, TypeModel>> = { ...shared.types, ...own.types };
  const enums: Readonly<Record<string, readonly string[]>> = { ...shared.enums, ...own.enums };
  const byName = new Map(Object.keys(types).map((name) => [name.toLowerCase(), name]));

  /** The properties of a type and of its bases. */
  function propertiesOf(name: string): Readonly<Record<string, string>> {
    const { base, properties } = types[name] as TypeModel;
    return { ...(base !== undefined && propertiesOf(base)), ...properties };
  }

  function isA(name: string, ancestor: string): boolean {
    const base = types[name]?.base;
    return name === ancestor || (base !== undefined && isA(base, ancestor));
  }

  function held(value: unknown, given: string, at: string): readonly string[] {
    const isNullable = given.endsWith("?");
    const type = given.replace(/\?$/, "");
    if (value === null) return isNullable ? [] : [`${at} is null, which ${type} may not be`];
    if (type.endsWith("[]")) {
      if (!Array.isArray(value)) return [`${at} is no collection`];
      return value.flatMap((each, index) => held(each, type.slice(0, -2), `${at}[${index}]`));
    }
    const members = enums[type];
    if (members !== undefined)
      return isMember(value, members) ? [] : [`${at} is ${JSON.stringify(value)}, not one of ${members.join(", ")}`];
    if (types[type] === undefined) return typeof value === type ? [] : [`${at} is ${JSON.stringify(value)}, not a ${type}`];
    if (!isObject(value)) return [`${at} is no ${type}`];
    return heldObject(value, type, at);
  }

  function heldObject(value: Readonly<Record<string, unknown>>, declared: string, at: string): readonly string[] {
    const { "@odata.type": stated } = value;
    const type = typeof stated === "string" ? byName.get(stated.replace(/^#microsoft\.graph\./, "").toLowerCase()) : declared;
    if (type === undefined || !isA(type, declared)) return [`${at}: ${String(stated)} is no ${declared}`];
    const properties = propertiesOf(type);
    const named = Object.entries(value).filter(([name]) => !name.includes("@odata.") && !isOpen(type, name));
    const isComplex = !isA(type, "Entity");
    const required = Object.keys(properties).filter((name) => isComplex && properties[name]?.endsWith("?") === false);
    return [
      ...named.flatMap(([name, each]) => {
        const path = at === "" ? name : `${at}.${name}`;
        const property = properties[name];
        return property === undefined ? [`${path} is no property of ${type}`] : held(each, property, path);
      }),
      ...required.filter((name) => value[name] === undefined).map((name) => `${at} lacks ${name}, which ${type} requires`),
    ];
  }

  return held;
}

/** Custom attributes of an account have names of the tenant's own. */
function isOpen(type: string, name: string): boolean {
  return type === "User" && name.startsWith("extension_");
}

/** Flags are "a,b". Case is ignored, as pages of Graph write "TextBox" for the member textBox. */
function isMember(value: unknown, members: readonly string[]): boolean {
  return (
    typeof value === "string" && value.split(",").every((each) => members.some((member) => member.toLowerCase() === each.toLowerCase()))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
