import { ANY_ATTRIBUTE } from "../../../../engine/sign-up/checks";
import { type CustomExtension, type EventListener, isPatient, listApplicationIds, listensTo } from "../../client/authentication-extensions";
import { type EventsFlow, flowEvents } from "../../client/events-flows";
import { type ApplyOptions, describeOccupied, onlyOne } from "../changes";
import { type ExternalChange, errorWords, type PartOfPlan } from "./actions";
import { type ActualExternal, findNamesakes, getTargetUrl, signUpApplications } from "./actual";
import { buildExtensionSettings, namedIn, type WantedExtension, type WantedExternal } from "./wanted";

export function extensionPlans(wantedState: WantedExternal, actual: ActualExternal, options: ApplyOptions): readonly PartOfPlan[] {
  return wantedState.extensions.map((extension) => {
    const { name, event } = extension;
    const settings = buildExtensionSettings(extension, wantedState);
    const comparison = {
      kind: "custom authentication extensions",
      use: "flow and no listener calls",
      path: "/identity/customAuthenticationExtensions",
      users: extensionCallers(actual),
      name,
      url: settings?.url,
      found: findNamesakes(actual, extension),
      addressOf: getTargetUrl,
    };
    const foundExtension = onlyOne(comparison, options);
    if (typeof foundExtension === "string") return { obstacles: [foundExtension] };
    if (settings === undefined) return {};
    if (foundExtension === undefined)
      return { changes: [{ action: "create extension", name, event, settings, why: "there is none of that name" }] };
    const reasons = differences(foundExtension, extension, wantedState);
    if (reasons.length === 0) return reportValidation(name, actual);
    const keptClaims = extension.claims.includes(ANY_ATTRIBUTE) ? listClaims(foundExtension) : [];
    const claims = [...new Set([...settings.claims, ...keptClaims])];
    const change = { action: "update extension", name, event, settings: { ...settings, claims }, id: foundExtension.id } as const;
    return { changes: [{ ...change, why: reasons.join("; ") }] };
  });
}

/** The callers by an extension's id. Undefined if a flow calls an extension that Graph does not name. */
function extensionCallers({ flows, listeners }: ActualExternal): ReadonlyMap<string, readonly string[]> | undefined {
  const callers = new Map<string, readonly string[]>();
  const add = (id: string, name: string) => callers.set(id, [...new Set([...(callers.get(id) ?? []), name])]);
  for (const flow of flows) {
    for (const event of flowEvents) {
      const handler = flow[event];
      if (handler != null && handler.customExtension == null) return undefined;
      if (handler?.customExtension != null) add(handler.customExtension.id, flow.displayName);
    }
  }
  for (const { id, handler } of listeners) if (handler?.customExtension != null) add(handler.customExtension.id, `the listener ${id}`);
  return callers;
}

function differences(foundExtension: CustomExtension, extension: WantedExtension, wantedState: WantedExternal): readonly string[] {
  const settings = buildExtensionSettings(extension, wantedState);
  const isSwapped = wantedState.extensions.some(({ event, url }) => event !== extension.event && url === getTargetUrl(foundExtension));
  const resourceId = foundExtension.authenticationConfiguration?.resourceId ?? "";
  const actual = listClaims(foundExtension);
  const lacking = namedIn(extension.claims).filter((claim) => !actual.includes(claim));
  const surplus = extension.claims.includes(ANY_ATTRIBUTE) ? [] : actual.filter((claim) => !extension.claims.includes(claim));
  return [
    ...(getTargetUrl(foundExtension) === settings?.url
      ? []
      : [`${isSwapped ? "the addresses are swapped: " : ""}it calls ${getTargetUrl(foundExtension)}`]),
    ...(resourceId.toLowerCase() === settings?.resourceId.toLowerCase() ? [] : [`it shows tokens for ${resourceId || "nothing"}`]),
    ...(isPatient(foundExtension) ? [] : ["it does not wait 2,000 ms and ask once more"]),
    ...(lacking.length > 0 ? [`it lacks the claims ${lacking.join(", ")}`] : []),
    ...(surplus.length > 0 ? [`the policy does not set its claims ${surplus.join(", ")}`] : []),
  ];
}

/** Reports what Graph's validation found. Called only if `differences` returns no reasons. */
function reportValidation(name: string, { validations, isConsented }: ActualExternal): PartOfPlan {
  const { errors = [], warnings = [] } = validations.get(name) ?? {};
  const news = warnings.filter(({ code }) => isConsented || code !== "PermissionNotGrantedToServicePrincipal");
  return {
    obstacles: errors.map((error) => errorWords(name, error)),
    notes: news.map(({ code, message }) => `${name}: ${message} (${code}).`),
  };
}

function listClaims({ claimsForTokenConfiguration }: CustomExtension): readonly string[] {
  return (claimsForTokenConfiguration ?? []).map(({ claimIdInApiResponse }) => claimIdInApiResponse);
}

export function flowLinks(
  wantedState: WantedExternal,
  actual: ActualExternal,
  flow: EventsFlow,
  options: ApplyOptions,
): readonly PartOfPlan[] {
  return flowEvents.flatMap((event): PartOfPlan[] => {
    const extension = wantedState.extensions.find((each) => each.event === event);
    if (extension === undefined) return [];
    const { name, url } = extension;
    const [ours, ...twins] = findNamesakes(actual, extension);
    // The function `extensionPlans` already reports an obstacle that says which extension to keep.
    if (twins.length > 0) return [];
    const handler = flow[event];
    const calledExtension = handler == null ? undefined : (handler.customExtension ?? { id: "that Graph does not name" });
    const isOurs = calledExtension !== undefined && calledExtension.id === ours?.id;
    if (url === undefined || isOurs) return [];
    const other = wantedState.extensions.find(
      (each) => each.event !== event && findNamesakes(actual, each).some(({ id }) => id === calledExtension?.id),
    );
    if (calledExtension !== undefined && other === undefined && !options.takeOver) {
      return [{ obstacles: [describeOccupied(event, extensionName(actual, calledExtension.id))] }];
    }
    const calls =
      calledExtension === undefined ? "the event calls nothing" : `the event calls ${extensionName(actual, calledExtension.id)}`;
    const why = other === undefined ? calls : `the extensions are swapped: ${calls}, which is for ${other.event}`;
    return [{ changes: [{ action: "link", event, flowId: flow.id, name, id: ours?.id, why }] }];
  });
}

/** One listener for each application whose tokens get claims. */
export function listenerPlan(wantedState: WantedExternal, actual: ActualExternal, { takeOver }: ApplyOptions): PartOfPlan {
  const extension = wantedState.extensions.find(({ event }) => event === "onTokenIssuanceStart");
  if (extension?.url === undefined) return {};
  const { name, event } = extension;
  const [ours, ...twins] = findNamesakes(actual, extension);
  if (twins.length > 0) return {};
  const apps = actual.applications.map((appId) => appId.toLowerCase());
  const changes = apps.flatMap((appId): readonly ExternalChange[] => {
    const { own, strangers } = listeningAt(extension, appId, actual);
    if (own === undefined) return [{ action: "listen", event, appId, name, id: ours?.id, why: "its tokens get no claims" }];
    const rivals = strangers.filter((each) => !isAhead(own, each));
    const priority = Math.max(...rivals.map((each) => each.priority ?? HIGHEST)) + 1;
    if (!takeOver || rivals.length === 0 || priority > HIGHEST) return [];
    return [
      { action: "set priority", id: own.id, event, appId, name, priority, why: "another listener has the same priority or a higher one" },
    ];
  });
  return {
    changes,
    notes: [
      ...(apps.length === 0
        ? ["The flow has no application, so no token gets claims: add one to the flow, or name it with --application."]
        : []),
    ],
  };
}

const HIGHEST = 1_000;

/** `own` and `twins` call the gate's extension, `strangers` do not. */
function listeningAt(extension: WantedExtension, appId: string, actual: ActualExternal) {
  const ids = findNamesakes(actual, extension).map(({ id }) => id);
  const all = actual.listeners.filter((each) => listensTo(each, extension.event, appId));
  const isOwn = ({ handler }: EventListener) => ids.includes(handler?.customExtension?.id ?? "");
  const [own, ...twins] = all.filter(isOwn);
  return { own, twins, strangers: all.filter((each) => !isOwn(each)) };
}

function isAhead({ priority }: EventListener, other: EventListener): boolean {
  return priority !== undefined && other.priority !== undefined && priority > other.priority;
}

/** Plans no change to other listeners at the gate's events. Says what to do about them by hand. */
export function strangersAt(wantedState: WantedExternal, actual: ActualExternal): PartOfPlan {
  const parts = wantedState.extensions.flatMap((extension) => {
    if (extension.url === undefined) return [];
    const appIds = extension.event === "onTokenIssuanceStart" ? actual.applications : signUpApplications(actual);
    return appIds.flatMap((appId) => {
      const { own, twins, strangers } = listeningAt(extension, appId, actual);
      return [
        ...twins.map((each): PartOfPlan => ({ byHand: [twinListenerWords(extension, appId, [own as EventListener, each])] })),
        ...strangers.map((each): PartOfPlan => {
          const says = `${extensionName(actual, each.handler?.customExtension?.id ?? "")} listens at ${extension.event} of the application ${appId}, too`;
          if (own !== undefined && isAhead(own, each))
            return { notes: [`${says}. Entra calls only the gate, whose listener has the higher priority.`] };
          const which = each.priority === undefined ? each.id : `${each.id}, priority ${each.priority}`;
          const orElse = own === undefined ? "or Entra may not call the gate" : "or put the gate's before it with entra apply --take-over";
          return { byHand: [`${says}, and Entra calls only one: delete its listener (${which}), ${orElse}.`] };
        }),
      ];
    });
  });
  return { byHand: parts.flatMap(({ byHand = [] }) => byHand), notes: parts.flatMap(({ notes = [] }) => notes) };
}

/** Tells to delete the listener that serves fewer applications. Two runs at once may create two listeners for one application. */
function twinListenerWords({ name, event }: WantedExtension, appId: string, [own, twin]: readonly [EventListener, EventListener]): string {
  const countServed = (each: EventListener) => listApplicationIds(each).length || Number.POSITIVE_INFINITY;
  const surplus = countServed(twin) > countServed(own) ? own : twin;
  const them = `The listeners ${own.id} and ${twin.id} both call ${name} at ${event} of the application ${appId}`;
  return `${them}: delete ${surplus.id} (Graph Explorer: DELETE /identity/authenticationEventListeners/${surplus.id}).`;
}

export function extensionName({ extensions }: ActualExternal, id: string): string {
  return extensions.find((each) => each.id === id)?.displayName ?? `the extension ${id}`;
}
