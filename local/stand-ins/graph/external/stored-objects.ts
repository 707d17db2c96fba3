import { SIMULATED_APPLICATION } from "../../../../simulator/client/person";
import type { GraphObject } from "../objects";

export interface KeptApplication extends GraphObject {
  readonly appId: string;
  readonly displayName: string;
  readonly identifierUris: readonly string[];
  readonly api: { readonly acceptMappedClaims: boolean | null };
  readonly requiredResourceAccess: readonly object[];
  readonly signInAudience: string;
  readonly passwordCredentials?: readonly object[];
  readonly keyCredentials?: readonly object[];
  /** Graph shows these credentials at a path of their own. */
  readonly federatedIdentityCredentials?: readonly KeptFederatedCredential[];
}

/** A token's issuer, subject and audience must be equal to the credential's, case included. */
export interface KeptFederatedCredential extends GraphObject {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  readonly description?: string | null;
}

export interface KeptClaimsPolicy extends GraphObject {
  readonly displayName: string;
  readonly definition: readonly string[];
}

export interface KeptPrincipal extends GraphObject {
  readonly appId: string;
  /** Ids of claims mapping policies. */
  readonly policies?: readonly string[];
}

export interface KeptGrant {
  readonly id: string;
  readonly principalId: string;
  readonly resourceId: string;
  readonly appRoleId: string;
}

export interface KeptExtension extends GraphObject {
  readonly "@odata.type": string;
  readonly displayName: string;
  readonly authenticationConfiguration: { readonly resourceId: string };
  readonly endpointConfiguration: { readonly targetUrl: string };
  readonly clientConfiguration?: { readonly timeoutInMilliseconds?: number; readonly maximumRetries?: number };
  /** Present only if the extension is for the token event. */
  readonly claimsForTokenConfiguration?: readonly { readonly claimIdInApiResponse: string }[];
}

export interface KeptListener extends GraphObject {
  readonly "@odata.type": string;
  /** Absent for a listener of the whole tenant. */
  readonly conditions?: {
    readonly applications: {
      readonly includeApplications?: readonly { readonly appId: string }[];
      readonly includeAllApplications?: boolean;
    };
  };
  /** Absent for a listener without an extension. */
  readonly handler?: { readonly customExtension?: { readonly id: string } };
  readonly priority: number;
}

export interface KeptEventsFlow extends GraphObject {
  readonly displayName: string;
  readonly applications: readonly string[];
  /** Ids of the flow's custom attributes. */
  readonly attributes?: readonly string[];
  /** Absent for the flow that the tenant begins with. */
  readonly onAuthenticationMethodLoadStart?: { readonly identityProviders: readonly { readonly id: string }[] };
  /** Absent if the setting was never changed: then sign-up is on. */
  readonly onInteractiveAuthFlowStart?: { readonly isSignUpAllowed: boolean };
  readonly onAttributeCollection: object | null;
  readonly onAttributeCollectionStart: { readonly customExtension: { readonly id: string } } | null;
  readonly onAttributeCollectionSubmit: { readonly customExtension: { readonly id: string } } | null;
}

export interface ExternalTenantState {
  applications: readonly KeptApplication[];
  principals: readonly KeptPrincipal[];
  grants: readonly KeptGrant[];
  policies: readonly KeptClaimsPolicy[];
  extensions: readonly KeptExtension[];
  listeners: readonly KeptListener[];
  eventsFlows: readonly KeptEventsFlow[];
}

/** The member `api` of a new application. */
export const NO_API = { acceptMappedClaims: null, knownClientApplications: [], oauth2PermissionScopes: [], preAuthorizedApplications: [] };

/** Microsoft Graph's service principal, which every tenant has. */
export const GRAPHS_PRINCIPAL: KeptPrincipal = {
  id: "0e1d2c3b-4a59-4687-8796-a5b4c3d2e1f0",
  appId: "00000003-0000-0000-c000-000000000000",
  seenFrom: 0,
};

export const SIMULATED_API = "c3d0a9e4-7b15-4f62-9e8d-0a1b2c3d4e5f";

/** A developer's registrations: the application that people sign up for, and an API that it calls. */
const theirs = [
  { id: "b7e1c6d2-3f48-4a59-8c0d-1e2f3a4b5c6d", appId: SIMULATED_APPLICATION, displayName: "Shop", scopes: [] },
  {
    id: "d9f3e8a4-5b60-4c71-ae2f-3a4b5c6d7e8f",
    appId: SIMULATED_API,
    displayName: "Orders API",
    scopes: [{ id: "e7a1c5d2-9b34-4f08-8d61-2c5b7a9e3f10", value: "Orders.Read", isEnabled: true }],
  },
].map(({ scopes, ...each }) => ({
  ...each,
  identifierUris: scopes.length === 0 ? [] : [`api://${each.appId}`],
  api: { ...NO_API, oauth2PermissionScopes: scopes, requestedAccessTokenVersion: scopes.length === 0 ? null : 2 },
  requiredResourceAccess: [],
  signInAudience: "AzureADMyOrg",
  seenFrom: 0,
}));

export function buildFormField(attribute: string, label = attribute) {
  return {
    attribute,
    label,
    inputType: "text",
    defaultValue: null,
    hidden: false,
    editable: true,
    writeToDirectory: true,
    required: false,
    validationRegEx: "^.*",
    options: [],
  };
}

export function emptyExternalTenant(): ExternalTenantState {
  const email = { ...buildFormField("email"), hidden: true, editable: false, required: true };
  const view = { title: null, description: null, inputs: [email, buildFormField("displayName")] };
  const flow: KeptEventsFlow = {
    id: "0313cc37-d421-421d-857b-87804d61e33e",
    displayName: "Sign up",
    applications: [SIMULATED_APPLICATION],
    onAttributeCollection: {
      "@odata.type": "#microsoft.graph.onAttributeCollectionExternalUsersSelfServiceSignUp",
      attributeCollectionPage: { views: [view] },
    },
    onAttributeCollectionStart: null,
    onAttributeCollectionSubmit: null,
  };
  const principals = theirs.map(({ id, appId }) => ({ id: id.replace(/^.{8}/, "0a1b2c3d"), appId, seenFrom: 0 }));
  return {
    applications: theirs,
    principals: [GRAPHS_PRINCIPAL, ...principals],
    grants: [],
    policies: [],
    extensions: [],
    listeners: [],
    eventsFlows: [flow],
  };
}
