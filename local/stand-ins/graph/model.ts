import model from "./graph-model.json";

/** The type of a property ends with `?` if it is nullable. */
export interface Types {
  readonly types: Readonly<Record<string, TypeModel>>;
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

export interface TypeModel {
  readonly base?: string;
  readonly properties: Readonly<Record<string, string>>;
}

export type GraphVersion = "v1.0" | "beta";

/** Reduced by scripts/graph-model.mjs to the types in use. `shared`: the types that both versions have in common. */
export type GraphModel = { readonly shared: Types } & Readonly<Record<GraphVersion, Types & { readonly source: string }>>;

/** Paths below the version, with their type and the properties required to create an object: https://learn.microsoft.com/graph/api. */
const typesByPath: readonly (readonly [path: RegExp, type: string, ...asked: readonly string[]])[] = [
  [/^\/applications(\/[^/]+|\([^)/]+\))?$/, "Application", "displayName"],
  [
    /^\/applications(\/[^/]+|\([^)/]+\))\/federatedIdentityCredentials(\/[^/]+)?$/,
    "FederatedIdentityCredential",
    "name",
    "issuer",
    "subject",
    "audiences",
  ],
  [/^\/directoryObjects\/[^/]+$/, "DirectoryObject"],
  [/^\/groups\/[^/]+$/, "Group"],
  [/^\/identity\/apiConnectors(\/[^/]+)?$/, "IdentityApiConnector", "displayName", "targetUrl", "authenticationConfiguration"],
  [/^\/identity\/authenticationEventListeners(\/[^/]+)?$/, "AuthenticationEventListener", "@odata.type", "handler"],
  [/^\/identity\/authenticationEventsFlows(\/[^/]+)?$/, "AuthenticationEventsFlow", "@odata.type", "displayName"],
  [
    /^\/identity\/authenticationEventsFlows\/[^/]+\/conditions\/applications\/includeApplications$/,
    "AuthenticationConditionApplication",
    "appId",
  ],
  [/^\/identity\/b2xUserFlows\/[^/]+\/userFlowIdentityProviders$/, "IdentityProviderBase"],
  [/^\/identity\/b2xUserFlows$/, "B2xIdentityUserFlow", "id", "userFlowType", "userFlowTypeVersion"],
  [/^\/identity\/b2cUserFlows$/, "B2cIdentityUserFlow"],
  [/^\/identity\/b2[xc]UserFlows\/[^/]+\/apiConnectorConfiguration$/, "UserFlowApiConnectorConfiguration"],
  [
    /^\/identity\/b2[xc]UserFlows\/[^/]+\/userAttributeAssignments$/,
    "IdentityUserFlowAttributeAssignment",
    "userAttribute",
    "userInputType",
    "isOptional",
    "requiresVerification",
  ],
  [
    /^\/identity\/customAuthenticationExtensions(\/(?!validate)[^/]+)?$/,
    "CustomAuthenticationExtension",
    "@odata.type",
    "endpointConfiguration",
    "authenticationConfiguration",
  ],
  [/^\/identity\/events\/onSignupStart(\/[^/]+)?$/, "AuthenticationListener", "@odata.type", "priority", "sourceFilter", "userFlow"],
  [/^\/identity\/userFlowAttributes(\/[^/]+)?$/, "IdentityUserFlowAttribute", "displayName", "dataType"],
  [/^\/identityGovernance\/entitlementManagement\/assignmentRequests$/, "AccessPackageAssignmentRequest", "requestType", "assignment"],
  [/^\/invitations$/, "Invitation", "invitedUserEmailAddress", "inviteRedirectUrl"],
  [/^\/policies\/authenticationFlowsPolicy$/, "AuthenticationFlowsPolicy"],
  [/^\/policies\/authorizationPolicy$/, "AuthorizationPolicy"],
  [/^\/policies\/claimsMappingPolicies(\/[^/]+)?$/, "ClaimsMappingPolicy", "definition", "displayName"],
  [/^\/policies\/defaultAppManagementPolicy$/, "TenantAppManagementPolicy"],
  [/^\/servicePrincipals(\/[^/]+)?$/, "ServicePrincipal", "appId"],
  [/^\/servicePrincipals\/[^/]+\/appRole(Assignments|AssignedTo)$/, "AppRoleAssignment", "principalId", "resourceId", "appRoleId"],
  [/^\/users(\/[^/]+)?$/, "User", "displayName"],
  [/^\/auditLogs\/signIns$/, "SignIn"],
  [/^\/auditLogs\/signUps$/, "SelfServiceSignUp"],
];

/** Parameters of actions, by path; all are required. Source: Graph's $metadata, because the packages with Graph's types lack them. */
const parametersByPath: readonly (readonly [path: RegExp, parameters: Readonly<Record<string, string>>])[] = [
  [/^\/identity\/apiConnectors\/[^/]+\/uploadClientCertificate$/, { pkcs12Value: "string", password: "string" }],
  [
    /^\/identity\/customAuthenticationExtensions\/validateAuthenticationConfiguration$/,
    {
      endpointConfiguration: "CustomExtensionEndpointConfiguration",
      authenticationConfiguration: "CustomExtensionAuthenticationConfiguration",
    },
  ],
  [/^\/users\/[^/]+\/checkMemberGroups$/, { groupIds: "string[]" }],
];

/** Returns no differences if the path has no type. @param path below the version */
export function modelDifferences(version: GraphVersion, path: string, body: unknown): readonly string[] {
  const { held } = holders[version];
  const type = typeAt(models[version], path);
  if (type === undefined || !isObject(body)) return [];
  return Array.isArray(body.value) ? body.value.flatMap((each, index) => held(each, type, `value[${index}]`)) : held(body, type, "");
}

/** If the body is a reference, only the path of the request is checked. */
export function requestDifferences(version: GraphVersion, method: string, path: string, body: unknown): readonly string[] {
  if (!isObject(body)) return ["the body is no object"];
  if (path.endsWith("/$ref")) {
    // The address in the reference is checked by the code that answers the request.
    const place = path.slice(0, -"/$ref".length);
    return typeAt(models[version], place) === undefined ? [`${place} is no reference that the model knows`] : [];
  }
  const [, parameters] = parametersByPath.find(([pattern]) => pattern.test(path)) ?? [];
  if (parameters !== undefined)
    return holders[version].heldAs(body, { properties: parameters, required: Object.keys(parameters), type: "the action", at: "" });
  const [, type, ...asked] = typesByPath.find(([pattern]) => pattern.test(path)) ?? [];
  if (type === undefined) return [`${path} takes no body that the model knows`];
  const lacking = method === "POST" ? asked.filter((name) => body[name] === undefined) : [];
  return [...modelDifferences(version, path, body), ...lacking.map((name) => `lacks ${name}, without which Graph makes no ${type}`)];
}

const models = { "v1.0": buildVersionModel("v1.0"), beta: buildVersionModel("beta") };
const holders = { "v1.0": holder(models["v1.0"]), beta: holder(models.beta) };

function buildVersionModel(version: GraphVersion) {
  const { shared, [version]: versionTypes } = model satisfies GraphModel as GraphModel;
  const types: Readonly<Record<string, TypeModel>> = { ...shared.types, ...versionTypes.types };
  const enums: Readonly<Record<string, readonly string[]>> = { ...shared.enums, ...versionTypes.enums };
  const byName = new Map(Object.keys(types).map((name) => [name.toLowerCase(), name]));

  function listTypeProperties(name: string): Readonly<Record<string, string>> {
    const { base, properties } = types[name] as TypeModel;
    return { ...(base !== undefined && listTypeProperties(base)), ...properties };
  }

  function isA(name: string, ancestor: string): boolean {
    const base = types[name]?.base;
    return name === ancestor || (base !== undefined && isA(base, ancestor));
  }

  function findDerivedType(declaredType: string, statedType: string): string | undefined {
    const type = byName.get(statedType.replace(/^#?microsoft\.graph\./, "").toLowerCase());
    return type !== undefined && isA(type, declaredType) ? type : undefined;
  }

  return { types, enums, propertiesOf: listTypeProperties, isA, kindOf: findDerivedType };
}

type Model = ReturnType<typeof buildVersionModel>;

function holder({ types, enums, propertiesOf, isA, kindOf }: Model) {
  function checkValue(value: unknown, typeText: string, at: string): readonly string[] {
    const isNullable = typeText.endsWith("?");
    const type = typeText.replace(/\?$/, "");
    if (value === null) return isNullable ? [] : [`${at} is null, which ${type} may not be`];
    if (type.endsWith("[]")) {
      if (!Array.isArray(value)) return [`${at} is no collection`];
      return value.flatMap((each, index) => checkValue(each, type.slice(0, -2), `${at}[${index}]`));
    }
    const members = enums[type];
    if (members !== undefined)
      return isMember(value, members) ? [] : [`${at} is ${JSON.stringify(value)}, not one of ${members.join(", ")}`];
    if (types[type] === undefined) return typeof value === type ? [] : [`${at} is ${JSON.stringify(value)}, not a ${type}`];
    if (!isObject(value)) return [`${at} is no ${type}`];
    return heldObject(value, type, at);
  }

  function heldObject(value: Readonly<Record<string, unknown>>, declaredType: string, at: string): readonly string[] {
    const { "@odata.type": statedType } = value;
    const type = typeof statedType === "string" ? kindOf(declaredType, statedType) : declaredType;
    if (type === undefined) return [`${at}: ${String(statedType)} is no ${declaredType}`];
    const properties = propertiesOf(type);
    const isComplex = !isA(type, "Entity");
    const requiredNames = Object.keys(properties).filter((name) => isComplex && properties[name]?.endsWith("?") === false);
    return heldAs(value, { properties, required: requiredNames, type, at });
  }

  function heldAs(value: Readonly<Record<string, unknown>>, { properties, required, type, at }: Members): readonly string[] {
    const checkedMembers = Object.entries(value).filter(([name]) => !name.includes("@odata.") && !isOpen(type, name));
    return [
      ...checkedMembers.flatMap(([name, each]) => {
        const path = at === "" ? name : `${at}.${name}`;
        const property = properties[name];
        return property === undefined ? [`${path} is no property of ${type}`] : checkValue(each, property, path);
      }),
      ...required.filter((name) => value[name] === undefined).map((name) => `${at} lacks ${name}, which ${type} requires`.trimStart()),
    ];
  }

  return { held: checkValue, heldAs };
}

/** A segment such as `microsoft.graph.user` casts to a derived type. Undefined if the path has no type. */
function typeAt({ types, propertiesOf, kindOf }: Model, path: string): string | undefined {
  const next = (type: string | undefined, segment: string) => {
    if (type === undefined || types[type] === undefined) return undefined;
    if (segment.startsWith("microsoft.graph.")) return kindOf(type, segment);
    return propertiesOf(type)[segment]?.replace(/(\[\])?\??$/, "");
  };
  const segments = path.split("/");
  for (let end = segments.length; end > 1; end--) {
    const above = segments.slice(0, end).join("/");
    const [, start] = typesByPath.find(([pattern]) => pattern.test(above)) ?? [];
    if (start !== undefined) return segments.slice(end).reduce<string | undefined>(next, start);
  }
  return undefined;
}

interface Members {
  readonly properties: Readonly<Record<string, string>>;
  readonly required: readonly string[];
  readonly type: string;
  readonly at: string;
}

/** True for custom attributes of an account, whose names the tenant chooses. */
function isOpen(type: string, name: string): boolean {
  return type === "User" && name.startsWith("extension_");
}

/** Accepts several members as "a,b". Ignores case, because Graph's pages write "TextBox" for the member textBox. */
function isMember(value: unknown, members: readonly string[]): boolean {
  return (
    typeof value === "string" && value.split(",").every((each) => members.some((member) => member.toLowerCase() === each.toLowerCase()))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
