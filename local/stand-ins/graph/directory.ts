import { existsSync, readFileSync } from "node:fs";
import * as v from "valibot";
import { writePrivately } from "../../data/private-file";
import { jsonAnswer, noContent, type Received, type StandInAnswer } from "../outside-system";
import { type ExternalTenantState, emptyExternalTenant } from "./external/stored-objects";
import type { LifecyclePolicy } from "./guest-policies";
import { boundedText, GraphErrorReply, type GraphObject, modelledBody } from "./objects";

export const identitySchema = v.strictObject({
  signInType: v.literal("federated"),
  issuer: boundedText(512),
  issuerAssignedId: boundedText(1_024),
});

export type GraphAccount = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly createdDateTime: string;
  readonly userPrincipalName: string;
  readonly mail: string;
  readonly otherMails?: readonly string[];
  readonly userType: string;
  readonly identities: readonly v.InferOutput<typeof identitySchema>[];
  readonly externalUserState: string | null;
  readonly externalUserStateChangeDateTime?: string | null;
  /** Absent for who never signed in. */
  readonly signInActivity?: object;
  readonly roles?: readonly { readonly "@odata.type": string; readonly id: string }[];
  /** Users and groups. */
  readonly sponsors?: readonly { readonly id: string }[];
};

/** A connector's certificate without its key. */
export interface KeptCertificate {
  readonly thumbprint: string;
  /** Start of validity, in epoch seconds. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** How Entra signs in at the API that a connector calls. */
export type KeptAuthentication =
  | { readonly "@odata.type": string; readonly username: string; readonly password: string }
  | { readonly "@odata.type": string; readonly certificateList: readonly KeptCertificate[] };

export interface KeptConnector extends GraphObject {
  readonly displayName: string;
  readonly targetUrl: string;
  readonly authenticationConfiguration: KeptAuthentication;
}

interface KeptAttribute {
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  readonly dataType: string;
  readonly userFlowAttributeType: string;
}

interface KeptPackageRequest {
  readonly id: string;
  readonly targetId: string;
  readonly assignmentPolicyId: string;
  readonly accessPackageId: string;
  readonly state: string;
}

/** Links applications to the user flow by which people sign up. */
export interface KeptSignUpListener extends GraphObject {
  readonly priority: number;
  readonly sourceFilter: { readonly includeApplications: readonly string[] };
  readonly userFlow: { readonly id: string };
}

export interface KeptUserFlow {
  /** Ids of the providers with which the flow was created. Absent for a flow that the tenant begins with. */
  readonly providers?: readonly string[];
  /** Ids of connectors, by step. */
  readonly links: Readonly<Record<string, string>>;
  readonly assignments: readonly { readonly id: string }[];
}

/** The tenant's accounts, groups, API connectors, user flows and registrations, in a file or in memory only. */
export class Directory {
  accounts: GraphAccount[] = [];
  /** Ids of the members, by the group's id. */
  readonly groups: Record<string, string[]> = {};
  readonly packages: KeptPackageRequest[] = [];
  connectors: KeptConnector[] = [];
  readonly flows: Record<string, KeptUserFlow> = {};
  signUpListeners: readonly KeptSignUpListener[] = [];
  /** Custom attributes that were created in this stand-in. */
  attributes: readonly KeptAttribute[] = [];
  readonly external: ExternalTenantState = emptyExternalTenant();
  /** Policies by their names below /policies. */
  readonly policies: TenantPolicies = emptyPolicies();

  constructor(private readonly file: string | undefined) {
    if (file !== undefined && existsSync(file)) {
      const { external, ...kept } = JSON.parse(readFileSync(file, "utf8")) as Partial<Directory>;
      Object.assign(this, kept);
      // The file of an earlier version may lack members of `external`. These members keep their initial values.
      Object.assign(this.external, external);
    }
  }

  save(): void {
    const { file, accounts, groups, packages, connectors, flows, signUpListeners, attributes, external, policies } = this;
    const savedState = { accounts, groups, packages, connectors, flows, signUpListeners, attributes, external, policies };
    if (file !== undefined) writePrivately(file, JSON.stringify(savedState, null, 2));
  }

  /** Lets `ms` milliseconds pass for objects that are still hidden, so that they appear sooner. */
  elapse(ms: number): void {
    const older = <T extends GraphObject>(all: readonly T[]) => all.map((each) => ({ ...each, seenFrom: (each.seenFrom ?? 0) - ms }));
    this.connectors = older(this.connectors);
    const { external } = this;
    for (const of of ["applications", "principals", "policies", "extensions", "listeners"] as const) {
      Object.assign(external, { [of]: older<GraphObject>(external[of]) });
    }
    external.applications = external.applications.map((each) => {
      const { federatedIdentityCredentials: held } = each;
      return held === undefined ? each : { ...each, federatedIdentityCredentials: older(held) };
    });
  }

  find(id = ""): GraphAccount {
    const account = this.accounts.find((each) => each.id === id || sameText(each.userPrincipalName, id));
    if (account === undefined) throw new GraphErrorReply(404, "Request_ResourceNotFound");
    return account;
  }
}

export function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

type IdentityKey = Pick<v.InferOutput<typeof identitySchema>, "issuer" | "issuerAssignedId">;

export function sameIdentity(one: IdentityKey, other: IdentityKey): boolean {
  return one.issuer === other.issuer && one.issuerAssignedId === other.issuerAssignedId;
}

/**
 * Which requests change the extension that an external tenant's flow calls. `update`: an update of the flow, and the beta request. `beta`:
 * only the beta request; an update answers 204, but does not change the extension. `neither`: none; the beta request is forbidden.
 */
type FlowHandlers = "update" | "beta" | "neither";

/** `change`: an update changes the existing fields (Graph's page of July 2025). `replace`: it replaces all fields (pages of 2024). */
type FlowFields = "change" | "replace";

export interface TenantSettings {
  /** The tenant's verified domain; undefined for any. */
  readonly tenantDomain?: string | undefined;
  /** Long names of the tenant's custom attributes; undefined for any well-formed name. */
  readonly extensions?: readonly string[] | undefined;
  /** Ids of the tenant's user flows. @default B2X_1_Partner and B2C_1_Partner */
  readonly userFlows: readonly string[];
  /** True if Graph's beta version no longer links applications to flows. @default false */
  readonly isSignupStartGone?: boolean;
  /** @default update */
  readonly flowHandlers: FlowHandlers;
  /** @default change */
  readonly flowFields: FlowFields;
  /** Milliseconds for which searches miss new accounts and objects. @default 0 */
  readonly searchLagMs: number;
  /** Entra's own policies for guests. @default none */
  readonly guestPolicies?: readonly LifecyclePolicy[] | undefined;
  /** Permissions of the applications, for calls that the stand-in refuses without one. @default all */
  readonly permissions?: readonly string[] | undefined;
  /** False: the tenant has no licence of Entra ID P1, and Graph refuses whole requests that ask for sign-ins. @default true */
  readonly hasPremium?: boolean | undefined;
  /** The tenant's log of sign-ups in an external tenant. @default empty */
  readonly signUps: readonly LoggedSignUp[];
  /** The tenant's log of sign-ins. @default empty */
  readonly signIns: readonly LoggedSignUp[];
  /**
   * Returns the address at which an issuer of federated tokens answers, without trailing slash.
   * @default the issuer's own address, only if it is on this machine
   */
  readonly issuerAddress?: ((issuer: string) => string | undefined) | undefined;
  /** Returns the current time, in epoch milliseconds, for checks of federated tokens. @default the machine's own time */
  readonly now?: (() => number) | undefined;
}

export interface Tenant extends TenantSettings {
  readonly directory: Directory;
  readonly signUps: LoggedSignUp[];
  /** Requests that have misbehaved once. They succeed from then on. */
  readonly misbehaved: Set<string>;
}

/** A selfServiceSignUp or a signIn of Graph's beta version. */
export type LoggedSignUp = Readonly<Record<string, unknown>> & { readonly correlationId: string; readonly createdDateTime: string };

type TenantPolicies = Readonly<ReturnType<typeof emptyPolicies>>;

function emptyPolicies() {
  const nonDefaultUriAddition: { readonly state: string; readonly excludeAppsReceivingV2Tokens?: boolean } = { state: "disabled" };
  return {
    authenticationFlowsPolicy: { selfServiceSignUp: { isEnabled: true } },
    defaultAppManagementPolicy: {
      isEnabled: false,
      applicationRestrictions: { identifierUris: { nonDefaultUriAddition } },
    },
  };
}

interface PolicyHolder {
  readonly directory: { readonly policies: TenantPolicies; save(): void };
}

export function answerPolicies({ directory }: PolicyHolder, receivedRequest: Received, [name = ""]: readonly string[]): StandInAnswer {
  const { policies } = directory;
  if (!(name in policies)) throw new GraphErrorReply(404, "UnknownError");
  if (receivedRequest.method === "GET") return jsonAnswer(200, { id: name, ...policies[name as keyof TenantPolicies] }, "200: policy");
  if (receivedRequest.method !== "PATCH") throw new GraphErrorReply(405, "MethodNotAllowed");
  Object.assign(policies, { [name]: modelledBody<object>(receivedRequest) });
  directory.save();
  return noContent("policy");
}

/** True if an Application ID URI may contain more than the application's id, such as a host. */
export function allowsUriWithHost({ directory }: PolicyHolder, api: object): boolean {
  const { isEnabled, applicationRestrictions } = directory.policies.defaultAppManagementPolicy;
  const { state, excludeAppsReceivingV2Tokens } = applicationRestrictions.identifierUris.nonDefaultUriAddition;
  const isExempt = excludeAppsReceivingV2Tokens === true && "requestedAccessTokenVersion" in api && api.requestedAccessTokenVersion === 2;
  return !isEnabled || state === "disabled" || isExempt;
}

const builtIn = ["City", "Country", "DisplayName", "GivenName", "JobTitle", "PostalCode", "State", "StreetAddress", "Surname"];
const EXTENSIONS_APP = "0123456789abcdef0123456789abcdef";

export function listTenantAttributes({ extensions = [], directory }: Tenant) {
  const customAttributes = extensions.map((id) => ({
    id,
    displayName: id.replace(/^extension_[0-9a-f]{32}_/, ""),
    userFlowAttributeType: "custom",
  }));
  const texts = [...builtIn.map((id) => ({ id, displayName: id, userFlowAttributeType: "builtIn" })), ...customAttributes];
  return [...texts.map((each) => ({ ...each, description: each.displayName, dataType: "string" })), ...directory.attributes];
}

export function answerAttributes(tenant: Tenant, receivedRequest: Received, id: string): StandInAnswer {
  if (id !== "") throw new GraphErrorReply(404, "ResourceNotFound");
  if (receivedRequest.method === "GET") return jsonAnswer(200, { value: listTenantAttributes(tenant) }, "200: attributes");
  if (receivedRequest.method !== "POST") throw new GraphErrorReply(405, "MethodNotAllowed");
  const body = modelledBody<Pick<KeptAttribute, "displayName" | "description" | "dataType">>(receivedRequest);
  const attribute = { id: `extension_${EXTENSIONS_APP}_${body.displayName.replaceAll(" ", "")}`, ...body, userFlowAttributeType: "custom" };
  if (listTenantAttributes(tenant).some((each) => sameText(each.id, attribute.id))) throw new GraphErrorReply(400, "BadRequest");
  tenant.directory.attributes = [...tenant.directory.attributes, attribute];
  tenant.directory.save();
  return jsonAnswer(201, attribute, "201: attribute");
}
