import type { Graph } from "../../../../adapters/graph/graph";
import { readSilentApplications, tokenListenerPermissions } from "../../../../adapters/graph/token-listeners";
import { type Finding, formatList, lookedAt } from "../../../../cli/graph/access";
import { type AppRegistrations, takesNativeAuthentication } from "../../client/app-registrations";
import { type EventListener, listensTo, type OtherEvent } from "../../client/authentication-extensions";
import type { EventsFlow } from "../../client/events-flows";
import { tenantPolicies } from "../../client/tenant-policies";
import { applicationNeeds, policyNeeds } from "../tenant-graph";
import { type ActualExternal, findApplication, signUpApplications } from "./actual";
import { extensionName } from "./extensions";
import { tokenExtension, type WantedExternal } from "./wanted";

/** Finds ways past the gate, and faults that keep people from it. They can exist even if the plan has nothing to change. */
export async function waysAround(
  wantedState: WantedExternal,
  actual: ActualExternal,
  { graph, registrations }: { readonly graph: Graph; readonly registrations: AppRegistrations },
): Promise<readonly Finding[]> {
  const flow = actual.flows.find(({ displayName }) => displayName === wantedState.flow);
  return [
    ...(flow === undefined ? [] : signUpFindings(flow)),
    ...(await nativeFindings(signUpApplications(actual), registrations)),
    ...listenerFindings(actual),
    ...(await silentFindings(wantedState, graph)),
    ...(await uriFindings(wantedState, actual, graph)),
  ];
}

function signUpFindings({ displayName, onInteractiveAuthFlowStart }: EventsFlow): readonly Finding[] {
  if (onInteractiveAuthFlowStart?.isSignUpAllowed !== false) return [];
  const fix = "set onInteractiveAuthFlowStart.isSignUpAllowed to true in the user flow, unless somebody stopped sign-up on purpose";
  return [{ finding: `The flow ${displayName} lets nobody sign up, so Entra never calls the gate`, fix }];
}

/**
 * Finds applications to which people can sign up by native authentication. Such a sign-up shows no pages of Entra for attributes, so Entra
 * possibly calls no extension.
 */
async function nativeFindings(appIds: readonly string[], { byAppId }: AppRegistrations): Promise<readonly Finding[]> {
  const pendingFindings = appIds.map((appId) =>
    lookedAt(`Whether the application ${appId} takes native authentication`, applicationNeeds, async () => {
      const application = await byAppId(appId);
      if (application === undefined || !takesNativeAuthentication(application)) return [];
      const fix = "set nativeAuthenticationApisEnabled to none, or take the application out of the flow";
      const finding = `People sign up to ${application.displayName} (${appId}) past the gate by native authentication, which may call no extension at sign-up`;
      return [{ finding, fix }];
    }),
  );
  return (await Promise.all(pendingFindings)).flat();
}

const others: Readonly<Record<OtherEvent, { readonly breaks: string; readonly fix: string }>> = {
  onEmailOtpSend: {
    breaks: "sends the codes by mail: if it fails, people never reach the gate, and no log says why",
    fix: "sign up once with a code; if none comes, correct it or delete its listener",
  },
  onPasswordSubmit: {
    breaks: "checks passwords of moved accounts: the gate did not judge these people, and if it fails, they cannot sign in",
    fix: "delete its listener when all accounts have moved",
  },
  onPhoneMethodLoadStart: {
    breaks: "decides which countries get codes by SMS: people elsewhere may never reach the gate",
    fix: "see that it allows the countries of the people that you expect",
  },
  onFraudProtectionLoadStart: {
    breaks: "judges sign-ups first: people that it stops never reach the gate and have no record",
    fix: "look for these people in the fraud protection's own log",
  },
  onVerifiedIdClaimValidation: {
    breaks: "decides who may recover an account, without the gate",
    fix: "make sure that it recovers no account that the gate refused",
  },
};

function listenerFindings(actual: ActualExternal): readonly Finding[] {
  return (Object.keys(others) as OtherEvent[]).flatMap((event) =>
    actual.listeners.flatMap((listener) => {
      const appIds = signUpApplications(actual).filter((appId) => listensTo(listener, event, appId));
      if (appIds.length === 0) return [];
      const { breaks, fix } = others[event];
      return [
        { finding: `${listenerName(listener, actual)} listens at ${event} of the application ${appIds.join(", ")}, and ${breaks}`, fix },
      ];
    }),
  );
}

/** Finds applications of any flow whose sign-ins the gate does not learn of: with one, tokens alone end nobody's access. */
async function silentFindings(wantedState: WantedExternal, graph: Graph): Promise<readonly Finding[]> {
  const { url } = tokenExtension(wantedState);
  if (!wantedState.endsByTokens || url === undefined) return [];
  const silent = await readSilentApplications(graph, new URL(url).origin);
  if (silent === "unknown") {
    const finding = "Graph does not say whether every application calls the step before a token, so idle ends nobody's access";
    return [{ finding, fix: `grant ${formatList(tokenListenerPermissions)}, and link the flow's applications`, needs: [] }];
  }
  const fix = "add them to applications in entra.ts, or write askGraph: true in expiry";
  const finding = `Sign-ins to ${silent.join(", ")} call no step before a token, so idle ends nobody's access`;
  return silent.length === 0 ? [] : [{ finding, fix }];
}

function listenerName({ id, handler }: EventListener, actual: ActualExternal): string {
  const extensionId = handler?.customExtension?.id;
  return extensionId === undefined ? `The listener ${id}` : extensionName(actual, extensionId);
}

/** Finds policies by which the tenant may refuse an Application ID URI with a host, which extensions need. */
async function uriFindings(wantedState: WantedExternal, actual: ActualExternal, graph: Graph): Promise<readonly Finding[]> {
  const application = findApplication(wantedState, actual);
  const uri = wantedState.deployed?.identifierUri.toLowerCase();
  if (application?.identifierUris?.some((each) => each.toLowerCase() === uri)) return [];
  return await lookedAt("Whether the tenant allows the Application ID URI that the gate needs", policyNeeds, async () => {
    const createdAt = new Date(application?.createdDateTime ?? Date.now());
    if (await tenantPolicies(graph).allowsUriWithHost(createdAt)) return [];
    const fix = `let the policy exempt applications that receive version 2 tokens (excludeAppsReceivingV2Tokens), or ${wantedState.applicationName} by a policy of its own`;
    return [
      {
        finding:
          "The tenant's app management policy refuses Application ID URIs of the form api://HOST/CLIENT-ID, so entra apply would fail",
        fix,
      },
    ];
  });
}
