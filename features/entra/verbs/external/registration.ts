import { ENTRA_APP_ID } from "../../../external-tenant/extension-caller";
import {
  type ApplicationChange,
  type AppRegistration,
  asksForPayload,
  OWN_TENANT,
  type ServicePrincipal,
  withPayload,
} from "../../client/app-registrations";
import type { ApplyOptions } from "../changes";
import type { ExternalChange, PartOfPlan } from "./actions";
import { type ActualExternal, clientIdIn, findApplication, type TwinApplication } from "./actual";
import type { WantedExternal } from "./wanted";

/** Required in every update of an application's `api`. */
export const BLANK_API = {
  acceptMappedClaims: null,
  knownClientApplications: [],
  oauth2PermissionScopes: [],
  preAuthorizedApplications: [],
};

const ENTRAS = "Azure Active Directory Authentication Extensions";

interface RegistrationPlan extends PartOfPlan {
  /** True if the deployment accepts the application's tokens. Otherwise no object with the deployment's address can be created yet. */
  readonly isTakenByDeployment: boolean;
  /** True if Entra may call the gate once the plan's changes are made. */
  readonly isCallable: boolean;
}

/** Plans the deployment's registration with its service principal and consent, and Entra's own service principal. */
export function registrationPlan(wantedState: WantedExternal, actual: ActualExternal, options: ApplyOptions): RegistrationPlan {
  const { applicationName: name } = wantedState;
  const { principal, isConsented, knowsEntra } = actual;
  const application = findApplication(wantedState, actual);
  const isTakenByDeployment = application !== undefined && application === actual.deployed;
  const obstacle = isTakenByDeployment ? undefined : obstacleTo(wantedState, actual, options);
  if (obstacle !== undefined) return { obstacles: [obstacle], isTakenByDeployment: false, isCallable: false };
  const changes: ExternalChange[] = [];
  if (!knowsEntra) {
    changes.push({ action: "create service principal", name: ENTRAS, appId: ENTRA_APP_ID, why: "the tenant does not know it" });
  }
  if (application === undefined) changes.push({ action: "create application", name, why: "there is none of that name" });
  if (principal === undefined) {
    changes.push({ action: "create service principal", name, appId: application?.appId, why: "it has none" });
  }
  const { changed, why } = compareConfiguration(application, isTakenByDeployment ? wantedState.deployed?.identifierUri : undefined);
  if (why.length > 0) {
    changes.push({
      action: "configure application",
      name,
      id: application?.id,
      changed,
      why: why.join("; "),
    });
  }
  const asksConsent = !isConsented && options.grantConsent === true;
  if (asksConsent) {
    changes.push({
      action: "grant consent",
      name,
      principalId: principal?.id,
      appId: principal ? undefined : application?.appId,
      why: "Entra may not call",
    });
  }
  return {
    changes,
    byHand: [
      ...(isConsented || asksConsent || application === undefined ? [] : [consentWords(application)]),
      ...(application !== undefined && principal !== undefined && !isTakenByDeployment ? [settingsWords(application, actual)] : []),
      ...(actual.issuer === "absent" ? [absentWords(actual)] : []),
      ...(hasSigningKey(principal)
        ? [
            `${application?.displayName} signs its tokens with its own key, which the deployment does not know: take it out of the service principal.`,
          ]
        : []),
    ],
    notes: [
      ...(actual.issuer === "unknown" ? ["The tenant's metadata could not be read: see issuer in docs/external-tenant.md."] : []),
      ...(application === undefined
        ? ["apply creates the application and prints a line for settings.ts. Deploy with that line, then apply again."]
        : []),
    ],
    isTakenByDeployment,
    isCallable: isConsented || asksConsent,
  };
}

/**
 * Plans the deletion of the registration only if no extension uses the registration.
 * @param deletedExtensions ids of extensions that the plan deletes first
 */
export function registrationRemoval(wantedState: WantedExternal, actual: ActualExternal, deletedExtensions: readonly string[]): PartOfPlan {
  const { applicationName: name } = wantedState;
  const application = findApplication(wantedState, actual);
  if (application === undefined) return {};
  const uri = gatehouseUri(application);
  if (application !== actual.deployed && uri !== undefined) return { notes: [`${name} has the Application ID URI ${uri}, so it stays.`] };
  const others = actual.extensions.filter(
    ({ id, authenticationConfiguration }) =>
      !deletedExtensions.includes(id) && clientIdIn(authenticationConfiguration?.resourceId) === application.appId.toLowerCase(),
  );
  if (others.length > 0) {
    return { notes: [`${application.displayName} stays: ${others.map(({ displayName }) => displayName).join(", ")} use it.`] };
  }
  if (application.displayName !== name) return { notes: [`${application.displayName} stays: its name is not ${name}.`] };
  const twins = (actual.twins ?? []).filter(
    ({ registration }) => gatehouseUri(registration) === undefined && isUnused(registration, actual),
  );
  return {
    changes: [application, ...twins.map(({ registration }) => registration)].map(
      ({ id }) => ({ action: "delete application", id, name, why: "no extension uses it" }) as const,
    ),
    notes: wantedState.deployed === undefined ? [] : ["Take externalTenant out of settings.ts and deploy: its application is gone."],
  };
}

function isUnused({ appId }: AppRegistration, { extensions }: ActualExternal): boolean {
  return !extensions.some(
    ({ authenticationConfiguration: authentication }) => clientIdIn(authentication?.resourceId) === appId.toLowerCase(),
  );
}

/** Two runs at once, or anybody, may have created other applications of the same name. Those of another deployment have to stay. */
export function twinPlan({ applicationName: name, deployed }: WantedExternal, { twins = [] }: ActualExternal): PartOfPlan {
  const isOthers = ({ registration }: TwinApplication) => gatehouseUri(registration) !== undefined;
  const ours = twins.filter((twin) => !isOthers(twin));
  const consentedOnes = twins.filter((twin) => isOthers(twin) && twin.isConsented);
  return {
    obstacles: ours.map(({ registration: { id, appId }, isConsented }) => {
      const about = isConsented ? `${appId}, which Entra may send what people type` : appId;
      return `2 applications have the name ${name}: ${deployed?.audience}, which the deployment takes tokens for, and ${about}. Delete ${appId} (Graph Explorer: DELETE /applications/${id}), and repeat the command.`;
    }),
    notes: consentedOnes.map(
      ({ registration }) =>
        `Entra may send what people type to another application ${name}, too: ${registration.appId}, ${gatehouseUri(registration)}. It stays, as another deployment may have made it.`,
    ),
  };
}

function obstacleTo({ applicationName: name }: WantedExternal, { named }: ActualExternal, options: ApplyOptions) {
  if (named.length > 1) {
    const each = named.map(({ appId }) => appId).join(" and ");
    return `${named.length} applications have the name ${name}: ${each}. Delete those that no extension uses, and repeat the command.`;
  }
  const uri = named[0] && gatehouseUri(named[0]);
  if (uri === undefined || options.takeOver) return undefined;
  return `${name} has the Application ID URI ${uri}: another deployment may have made it. --take-over makes this deployment use it, too.`;
}

/** Returns the application's Application ID URI of the form `api://HOST/CLIENT-ID`, as Gatehouse sets it. */
function gatehouseUri({ identifierUris = [], appId }: AppRegistration): string | undefined {
  return identifierUris.find((uri) => uri.startsWith("api://") && clientIdIn(uri) === appId.toLowerCase() && uri.split("/").length === 4);
}

/** @param identifierUri with the deployment's host; undefined until the application may get it */
function compareConfiguration(
  application: AppRegistration | undefined,
  identifierUri: string | undefined,
): { readonly changed: ApplicationChange; readonly why: readonly string[] } {
  const { identifierUris = [], api, signInAudience = OWN_TENANT } = application ?? {};
  const lacksUri = identifierUri !== undefined && !identifierUris.some((uri) => uri.toLowerCase() === identifierUri.toLowerCase());
  const lacksVersion = api?.requestedAccessTokenVersion !== 2;
  const lacksRole = !asksForPayload(application ?? {});
  const isOpen = signInAudience !== OWN_TENANT;
  return {
    changed: {
      ...(lacksUri && { identifierUris: [...identifierUris, identifierUri] }),
      ...(lacksVersion && { api: { ...BLANK_API, ...api, requestedAccessTokenVersion: 2 } }),
      ...(lacksRole && { requiredResourceAccess: withPayload(application ?? {}) }),
      ...(isOpen && { signInAudience: OWN_TENANT }),
    },
    why: [
      ...(lacksUri ? [`it has no Application ID URI ${identifierUri}`] : []),
      ...(lacksVersion ? ["its tokens are not version 2"] : []),
      ...(lacksRole ? ["it does not ask for CustomAuthenticationExtension.Receive.Payload"] : []),
      ...(isOpen ? [`it is open to other tenants (${signInAudience})`] : []),
    ],
  };
}

function consentWords({ displayName, appId }: AppRegistration): string {
  const page = `https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/CallAnAPI/appId/${appId}`;
  return `Let Entra send ${displayName} what people type: choose Grant admin consent at ${page}`;
}

function settingsWords({ appId }: AppRegistration, { principal, issuer }: ActualExternal): string {
  const tenantId = principal?.appOwnerOrganizationId ?? "TENANT-ID";
  const issuerUrl = typeof issuer === "object" ? issuer.issuer : undefined;
  const isUsual = issuerUrl === undefined || issuerUrl === `https://${tenantId}.ciamlogin.com/${tenantId}/v2.0`;
  const options = [`tenantId: "${tenantId}"`, `audience: "${appId}"`, ...(isUsual ? [] : [`issuer: "${issuerUrl}"`])];
  return `Put externalTenant: { ${options.join(", ")} } into settings.ts, deploy, and repeat the command.`;
}

/** Explains that the tenant has no metadata, without which a deployment would fail. */
function absentWords({ principal }: ActualExternal): string {
  const host = `https://${principal?.appOwnerOrganizationId}.ciamlogin.com`;
  return `${host} has no metadata. If the tenant is of another kind, run entra remove and name the flow by --user-flow; if it is an external tenant, set issuer, too: docs/external-tenant.md.`;
}

/** True if the application has a signing key of its own. The tenant's metadata does not list this key. */
export function hasSigningKey(principal: ServicePrincipal | undefined): boolean {
  const { keyCredentials = [], preferredTokenSigningKeyThumbprint } = principal ?? {};
  return keyCredentials.some(({ usage }) => usage?.toLowerCase() === "sign") || !!preferredTokenSigningKeyThumbprint;
}
