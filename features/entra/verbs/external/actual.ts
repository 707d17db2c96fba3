import type { IssuerAnswer } from "../../../../adapters/graph/login-requests";
import { ENTRA_APP_ID } from "../../../external-tenant/extension-caller";
import type { AppRegistration, AppRegistrations, ServicePrincipal } from "../../client/app-registrations";
import {
  type AuthenticationExtensions,
  type CustomExtension,
  type EventListener,
  isEventExtension,
  listApplicationIds,
  type Validation,
} from "../../client/authentication-extensions";
import type { ClaimsPolicies, ClaimsPolicy, PolicyHolder } from "../../client/claims-policies";
import type { EventsFlow, EventsFlows } from "../../client/events-flows";
import type { NewAttribute, UserFlowAttribute } from "../../client/user-flows";
import { selectClaimsPolicies, tokenExtension, type WantedExtension, type WantedExternal } from "./wanted";

export interface ExternalSetup {
  readonly registrations: AppRegistrations;
  readonly extensions: AuthenticationExtensions;
  readonly flows: EventsFlows;
  readonly claims: ClaimsPolicies;
  /** Undefined if Graph does not tell them. */
  providers(flowId: string): Promise<readonly string[] | undefined>;
  attributes(): Promise<readonly UserFlowAttribute[]>;
  createAttribute(attribute: NewAttribute): Promise<void>;
  /** @param tenantId the tenant that registered the application */
  issuerOf(tenantId: string): Promise<IssuerAnswer>;
}

export interface TokenApplication {
  readonly appId: string;
  /** The application's registration. Undefined if the application does not exist, or if another tenant registered it. */
  readonly registration?: AppRegistration | undefined;
  readonly principal?: ServicePrincipal | undefined;
  readonly policies: readonly ClaimsPolicy[];
}

/** Has the name of the deployment's application, but the deployment does not accept its tokens. */
export interface TwinApplication {
  readonly registration: AppRegistration;
  /** True if Entra may send the application what people type. */
  readonly isConsented: boolean;
}

export interface ActualExternal {
  /** Applications with the name of the deployment's application. */
  readonly named: readonly AppRegistration[];
  /** The application whose tokens the deployment accepts. */
  readonly deployed: AppRegistration | undefined;
  /**
   * The principal of `deployed`. If `deployed` is undefined, the principal of the only application in `named`, which becomes the
   * deployment's registration.
   */
  readonly principal: ServicePrincipal | undefined;
  readonly isConsented: boolean;
  /** Other applications of the same name. Read only if `deployed` is defined. */
  readonly twins?: readonly TwinApplication[];
  /** The issuer's answer. Undefined if not needed. */
  readonly issuer?: IssuerAnswer | undefined;
  /** True if the tenant has the service principal of Entra's own application, which calls extensions. */
  readonly knowsEntra: boolean;
  readonly extensions: readonly CustomExtension[];
  readonly listeners: readonly EventListener[];
  readonly flows: readonly EventsFlow[];
  /**
   * Client ids of the applications and APIs whose tokens get claims. The applications are those that entra.ts or the command names,
   * otherwise the flow's.
   */
  readonly applications: readonly string[];
  /** Client ids of the flow's applications, even if entra.ts or the command names others. */
  readonly ofFlow: readonly string[];
  /** Ids of the flow's providers. Read only if entra.ts names providers; undefined if Graph does not tell them. */
  readonly providers?: readonly string[] | undefined;
  /** Names of the other flows, by the client ids of their applications. Read only if the declaration names applications to link. */
  readonly otherFlows: ReadonlyMap<string, string>;
  /** The tenant's attributes. Read only if entra.ts declares any. */
  readonly attributes: readonly UserFlowAttribute[];
  /** Facts about each of `applications`. Read only if the policy sets claims. */
  readonly tokenApplications: readonly TokenApplication[];
  /** Read only if the policy sets claims, or if the tenant has the gate's extension for tokens. */
  readonly policies: readonly ClaimsPolicy[];
  /** Service principals with the gate's policy. */
  readonly holders: readonly PolicyHolder[];
  /** Holders by the policy's id. They are read only if several policies have the name of the gate's policy. */
  readonly namesakeHolders?: ReadonlyMap<string, readonly PolicyHolder[]> | undefined;
  /** Graph's validation of the extensions, by name. */
  readonly validations: ReadonlyMap<string, Validation>;
}

export async function actualIn(setup: ExternalSetup, wantedState: WantedExternal, flows: readonly EventsFlow[]): Promise<ActualExternal> {
  const { registrations } = setup;
  const flow = flows.find(({ displayName }) => displayName === wantedState.flow);
  const namesakes = await registrations.named(wantedState.applicationName);
  const deployedRegistration = wantedState.deployed && (await registrations.byAppId(wantedState.deployed.audience));
  const application = findApplication(wantedState, { named: namesakes, deployed: deployedRegistration });
  const principal = application && (await registrations.principalOf(application.appId));
  const extensions = await setup.extensions.extensions();
  const listeners = await setup.extensions.listeners();
  const isReady = deployedRegistration !== undefined && principal !== undefined && wantedState.deployed !== undefined;
  const tenantId = principal?.appOwnerOrganizationId;
  const ofFlow = flow === undefined ? [] : await setup.flows.applications(flow.id);
  const clients = wantedState.applications ?? ofFlow;
  const applications = [...new Set([...clients, ...wantedState.apis].map((appId) => appId.toLowerCase()))];
  return {
    flows,
    issuer: tenantId && deployedRegistration === undefined ? await setup.issuerOf(tenantId) : undefined,
    named: namesakes,
    deployed: deployedRegistration,
    principal,
    extensions,
    listeners,
    twins: deployedRegistration === undefined ? [] : await readTwins(registrations, namesakes, deployedRegistration),
    isConsented: principal !== undefined && (await registrations.isConsented(principal.id)),
    knowsEntra: (await registrations.principalOf(ENTRA_APP_ID)) !== undefined,
    applications,
    ofFlow: ofFlow.map((appId) => appId.toLowerCase()),
    providers: wantedState.namesProviders && flow ? await setup.providers(flow.id) : undefined,
    otherFlows: await readOtherFlows(
      setup,
      wantedState,
      flows.filter((each) => each !== flow),
    ),
    attributes: wantedState.declared.length === 0 ? [] : await setup.attributes(),
    ...(await mappingIn(setup, wantedState, extensions, applications)),
    validations: isReady ? await validateExtensions(setup, wantedState, extensions) : new Map(),
  };
}

async function readOtherFlows(
  { flows }: Pick<ExternalSetup, "flows">,
  { signUpAt = [] }: WantedExternal,
  others: readonly EventsFlow[],
): Promise<ReadonlyMap<string, string>> {
  const flowByApplication = new Map<string, string>();
  for (const { id, displayName } of signUpAt.length === 0 ? [] : others) {
    for (const appId of await flows.applications(id)) flowByApplication.set(appId.toLowerCase(), displayName);
  }
  return flowByApplication;
}

async function readTwins(
  { principalOf, isConsented }: AppRegistrations,
  namesakes: readonly AppRegistration[],
  deployedRegistration: AppRegistration,
): Promise<readonly TwinApplication[]> {
  const twins: TwinApplication[] = [];
  for (const registration of namesakes.filter(({ id }) => id !== deployedRegistration.id)) {
    const principal = await principalOf(registration.appId);
    twins.push({ registration, isConsented: principal !== undefined && (await isConsented(principal.id)) });
  }
  return twins;
}

async function mappingIn(
  { claims, registrations }: ExternalSetup,
  wantedState: WantedExternal,
  extensions: readonly CustomExtension[],
  applications: readonly string[],
): Promise<Pick<ActualExternal, "tokenApplications" | "policies" | "holders" | "namesakeHolders">> {
  const extension = tokenExtension(wantedState);
  const isThere = findNamesakes({ extensions }, extension).length > 0;
  if (extension.claims.length === 0 && !isThere) return { tokenApplications: [], policies: [], holders: [] };
  const policies = await claims.all();
  const tokenApplications: TokenApplication[] = [];
  for (const appId of extension.url === undefined ? [] : applications) {
    const principal = await registrations.principalOf(appId);
    const heldPolicies = principal === undefined ? [] : await claims.of(principal.id);
    tokenApplications.push({ appId, registration: await registrations.byAppId(appId), principal, policies: heldPolicies });
  }
  const [ours, ...twins] = selectClaimsPolicies(wantedState, policies);
  if (ours === undefined) return { tokenApplications, policies, holders: [] };
  const holders = await claims.holders(ours.id);
  if (twins.length === 0) return { tokenApplications, policies, holders };
  const namesakeHolders = new Map([[ours.id, holders]]);
  for (const { id } of twins) namesakeHolders.set(id, await claims.holders(id));
  return { tokenApplications, policies, holders, namesakeHolders };
}

/**
 * Returns the application whose tokens the deployment accepts. If there is none, returns the only application with the registration's name.
 */
export function findApplication(
  { deployed: settings }: Pick<WantedExternal, "deployed">,
  { deployed, named }: Pick<ActualExternal, "deployed" | "named">,
): AppRegistration | undefined {
  if (settings !== undefined && deployed !== undefined) return deployed;
  return named.length === 1 ? named[0] : undefined;
}

/** Validates only existing extensions: `apply` validates new ones just before it creates them. */
async function validateExtensions(
  { extensions }: ExternalSetup,
  wantedState: WantedExternal,
  foundExtensions: readonly CustomExtension[],
): Promise<ReadonlyMap<string, Validation>> {
  const validations = new Map<string, Validation>();
  for (const { name } of wantedState.extensions) {
    const [first, ...others] = foundExtensions.filter(({ displayName }) => displayName === name);
    if (first !== undefined && others.length === 0) validations.set(name, await extensions.validateExisting(first.id));
  }
  return validations;
}

/** Returns the client ids of both lists, each once. `ofFlow` may contain applications whose tokens get no claims. */
export function signUpApplications({ applications, ofFlow }: Pick<ActualExternal, "applications" | "ofFlow">): readonly string[] {
  return [...new Set([...applications, ...ofFlow])];
}

export function findNamesakes(
  { extensions }: Pick<ActualExternal, "extensions">,
  { name, event }: WantedExtension,
): readonly CustomExtension[] {
  return extensions.filter((each) => each.displayName === name && isEventExtension(each, event));
}

export function findListeners(
  { listeners }: ActualExternal,
  extensionId: string,
): readonly { readonly id: string; readonly appIds: readonly string[] }[] {
  return listeners
    .filter(({ handler }) => handler?.customExtension?.id === extensionId)
    .map((each) => ({ id: each.id, appIds: listApplicationIds(each) }));
}

/** Returns the client id at the end of an identifier URI, in lower case. */
export function clientIdIn(uri = ""): string {
  return uri.split("/").at(-1)?.toLowerCase() ?? "";
}

export function getTargetUrl({ endpointConfiguration }: CustomExtension): string {
  return endpointConfiguration?.targetUrl ?? "nothing";
}
