/**
 * Writes local/stand-ins/graph/graph-model.json: the types of Microsoft Graph that Gatehouse sends or reads. They come from Microsoft's own
 * declarations, which are generated from Graph's $metadata. To refresh the file, write newer versions into `packages` and run: node
 * scripts/graph-model.mjs
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

const packages = {
  "v1.0": ["@microsoft/microsoft-graph-types", "2.43.1"],
  beta: ["@microsoft/microsoft-graph-types-beta", "0.44.0-preview"],
};

/** Types in requests and answers. `parseGraphModel` adds the types that these types extend. */
const wanted = [
  "AccessPackageAssignment AccessPackageAssignmentRequest AccessPackageSubject ApiApplication ApiAuthenticationConfigurationBase",
  "ApiServicePrincipal AppliedAuthenticationEventListener AppManagementApplicationConfiguration AppManagementConfiguration AppRoleAssignment Application",
  "AuthenticationAttributeCollectionInputConfiguration AuthenticationAttributeCollectionOptionConfiguration",
  "AuthenticationAttributeCollectionPage AuthenticationAttributeCollectionPageViewConfiguration AuthenticationConditionApplication",
  "AuthenticationConditions AuthenticationConditionsApplications AuthenticationEventHandlerResult AuthenticationFlowsPolicy AuthenticationSourceFilter",
  "AuthorizationPolicy AzureAdTokenAuthentication B2cIdentityUserFlow B2xIdentityUserFlow BasicAuthentication ClaimsMappingPolicy",
  "ClientCertificateAuthentication CustomCalloutExtension CustomClaimsEnrichmentConfiguration CustomExtensionCalloutResult CustomExtensionClientConfiguration",
  "CustomExtensionAuthenticationConfiguration CustomExtensionEndpointConfiguration ExternalUsersSelfServiceSignUpEventsFlow FederatedIdentityCredential",
  "BuiltInIdentityProvider Group HttpRequestEndpoint IdentifierUriConfiguration IdentifierUriRestriction IdentityApiConnector IdentityProvider IdentityProviderBase IdentityUserFlow",
  "IdentityUserFlowAttribute InvokeUserFlowListener",
  "IdentityUserFlowAttributeAssignment Invitation InvitedUserMessageInfo KeyCredential ObjectIdentity",
  "OnAttributeCollectionExternalUsersSelfServiceSignUp OnAttributeCollectionHandler OnAttributeCollectionStartCustomExtension",
  "OnAttributeCollectionStartCustomExtensionHandler OnAttributeCollectionStartHandler OnAttributeCollectionSubmitCustomExtension",
  "OnAttributeCollectionSubmitCustomExtensionHandler OnAttributeCollectionSubmitHandler OnInteractiveAuthFlowStartHandler",
  "OnAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp OnAuthenticationMethodLoadStartHandler",
  "OnInteractiveAuthFlowStartExternalUsersSelfServiceSignUp OnTokenIssuanceStartCustomExtension",
  "OnTokenIssuanceStartCustomExtensionHandler OnTokenIssuanceStartHandler OnTokenIssuanceStartListener OnTokenIssuanceStartReturnClaim",
  "PasswordCredential PasswordProfile PermissionScope Pkcs12Certificate Pkcs12CertificateInformation PreAuthorizedApplication RequiredResourceAccess ResourceAccess",
  "SelfServiceSignUp SelfServiceSignUpAuthenticationFlowConfiguration ServicePrincipal SignIn SignUpIdentity SignUpStatus",
  "TenantAppManagementPolicy User UserAttributeValuesItem UserFlowApiConnectorConfiguration",
]
  .join(" ")
  .split(" ");

/** Other event listeners, which Gatehouse only names. */
const otherListeners = Object.fromEntries(
  ["EmailOtpSend", "FraudProtectionLoadStart", "PasswordSubmit", "PhoneMethodLoadStart", "VerifiedIdClaimValidation"].map((event) => [
    `On${event}Listener`,
    { base: "AuthenticationEventListener", properties: { handler: "object?" } },
  ]),
);

/** Types in $metadata of 2026-08-20 that the packages do not contain yet. Remove a line once a package contains it. */
const newer = {
  "v1.0": {
    ...otherListeners,
    AppManagementConfiguration: { properties: { identifierUris: "IdentifierUriConfiguration?" } },
    AuthenticationEventListener: { properties: { displayName: "string?" } },
    IdentifierUriConfiguration: { properties: { nonDefaultUriAddition: "IdentifierUriRestriction?" } },
    IdentifierUriRestriction: {
      properties: {
        excludeAppsReceivingV2Tokens: "boolean?",
        excludeSaml: "boolean?",
        restrictForAppsCreatedAfterDateTime: "string?",
        state: "string?",
      },
    },
    // Properties that Microsoft's page about adminAdd documents, but the package does not contain.
    AccessPackageAssignment: { properties: { accessPackageId: "string?", assignmentPolicyId: "string?", targetId: "string?" } },
  },
  beta: {
    ...otherListeners,
    AuthenticationEventListener: { properties: { displayName: "string?" } },
    FraudProtectionDetails: { properties: { providerName: "string?", reason: "string?", verdict: "string?" } },
    SelfServiceSignUp: { properties: { fraudProtectionDetails: "FraudProtectionDetails?" } },
  },
};

const primitive = /^(string|number|boolean)(\[\])?$/;

function parseGraphModel(text, added) {
  const enums = new Map();
  for (const [, name, members] of text.matchAll(/^export type (\w+) =\s*((?:\s*\|?\s*"[^"]*")+);/gm)) {
    enums.set(
      name,
      [...members.matchAll(/"([^"]*)"/g)].map(([, member]) => member),
    );
  }
  const declared = new Map();
  for (const [, name, base, body] of text.matchAll(/^export interface (\w+)(?: extends (\w+))? \{(\}|[\s\S]*?^\})/gm)) {
    declared.set(name, { base, body });
  }
  const names = new Set();
  const add = (name) => {
    if (name === undefined || names.has(name) || !declared.has(name)) return;
    names.add(name);
    add(declared.get(name).base);
  };
  for (const name of wanted) add(name);
  const usedEnums = {};
  const types = {};
  for (const name of [...names].sort()) {
    const { base, body } = declared.get(name);
    const properties = {};
    for (const [, property, type] of body.matchAll(/^ {4}"?([\w@.]+)"?\?: ([\s\S]*?);$/gm)) {
      const [, inner] = /^NullableOption<([\s\S]*)>$/.exec(type) ?? [];
      const plain = (inner ?? type).split(" | ")[0];
      const single = plain.replace(/\[\]$/, "");
      if (!primitive.test(plain) && !names.has(single) && !enums.has(single)) continue;
      if (enums.has(single)) usedEnums[single] = enums.get(single);
      properties[property] = inner === undefined ? plain : `${plain}?`;
    }
    types[name] = { base, properties };
  }
  for (const [name, { base, properties }] of Object.entries(added)) {
    types[name] = { base, ...types[name], properties: { ...types[name]?.properties, ...properties } };
  }
  return { types, enums: usedEnums };
}

/** Moves the types and enums that are equal in both versions into the part `shared`. Each version keeps its other types and enums. */
function withShared({ "v1.0": stable, beta }) {
  const sharedIn = (kind) => Object.entries(stable[kind]).filter(([name, value]) => isDeepStrictEqual(value, beta[kind][name]));
  const shared = { types: Object.fromEntries(sharedIn("types")), enums: Object.fromEntries(sharedIn("enums")) };
  const omitShared = (version, kind) =>
    Object.fromEntries(Object.entries(version[kind]).filter(([name]) => !Object.hasOwn(shared[kind], name)));
  const own = (version) => ({ source: version.source, types: omitShared(version, "types"), enums: omitShared(version, "enums") });
  return { shared, "v1.0": own(stable), beta: own(beta) };
}

const folder = mkdtempSync(join(tmpdir(), "gatehouse-graph-model-"));
try {
  const model = {};
  for (const [version, [name, number]] of Object.entries(packages)) {
    const npm = (...args) => execFileSync("npm", args, { cwd: folder, encoding: "utf8" }).trim().split("\n").at(-1);
    const archive = npm("pack", "--silent", `${name}@${number}`);
    execFileSync("tar", ["-xzf", archive], { cwd: folder });
    const text = readFileSync(join(folder, "package/microsoft-graph.d.ts"), "utf8");
    const days = JSON.parse(execFileSync("npm", ["view", name, "time", "--json", "--silent"], { cwd: folder, encoding: "utf8" }));
    const source = `${name}@${number}, MIT, ${days[number].slice(0, 10)}`;
    model[version] = { source, ...parseGraphModel(text, newer[version]) };
    rmSync(join(folder, "package"), { recursive: true });
  }
  writeFileSync(new URL("../local/stand-ins/graph/graph-model.json", import.meta.url), JSON.stringify(withShared(model)));
} finally {
  rmSync(folder, { recursive: true });
}
