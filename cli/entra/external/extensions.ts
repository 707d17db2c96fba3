import { type CustomExtension, type EventListener, isPatient, listensTo } from "../../../adapters/graph/authentication-extensions";
import { type EventsFlow, type FlowEvent, flowEvents } from "../../../adapters/graph/events-flows";
import { ANY_ATTRIBUTE } from "../../../engine/sign-up/rule";
import { type ApplyOptions, occupied, onlyOne } from "../changes";
import { namedIn } from "../wanted";
import { errorWords, type PartOfPlan } from "./actions";
import { type ActualExternal, listenersOf, namesakesOf, targetOf } from "./actual";
import { settingsOf, type WantedExtension, type WantedExternal } from "./wanted";

/** The extensions of a gate's events. */
export function extensionPlans(wanted: WantedExternal, actual: ActualExternal, options: ApplyOptions): readonly PartOfPlan[] {
  return wanted.extensions.map((extension) => {
    const { name, event } = extension;
    const settings = settingsOf(extension, wanted);
    const comparison = {
      kind: "custom authentication extensions",
      user: "flow and no listener",
      name,
      url: settings?.url,
      found: namesakesOf(actual, extension),
      addressOf: targetOf,
    };
    const found = onlyOne(comparison, options);
    if (typeof found === "string") return { obstacles: [found] };
    if (settings === undefined) return {};
    if (found === undefined) return { changes: [{ action: "create extension", name, event, settings, why: "there is none of that name" }] };
    const reasons = differences(found, extension, wanted);
    if (reasons.length === 0) return validated(name, actual);
    const kept = extension.claims.includes(ANY_ATTRIBUTE) ? claimsOf(found) : [];
    const claims = [...new Set([...settings.claims, ...kept])];
    const change = { action: "update extension", name, event, settings: { ...settings, claims }, id: found.id } as const;
    return { changes: [{ ...change, why: reasons.join("; ") }] };
  });
}

function differences(found: CustomExtension, extension: WantedExtension, wanted: WantedExternal): readonly string[] {
  const settings = settingsOf(extension, wanted);
  const resourceId = found.authenticationConfiguration?.resourceId ?? "";
  const actual = claimsOf(found);
  const lacking = namedIn(extension.claims).filter((claim) => !actual.includes(claim));
  const surplus = extension.claims.includes(ANY_ATTRIBUTE) ? [] : actual.filter((claim) => !extension.claims.includes(claim));
  return [
    ...(targetOf(found) === settings?.url ? [] : [`it calls ${targetOf(found)}`]),
    ...(resourceId.toLowerCase() === settings?.resourceId.toLowerCase() ? [] : [`it shows tokens for ${resourceId || "nothing"}`]),
    ...(isPatient(found) ? [] : ["it does not wait 2,000 ms and ask once more"]),
    ...(lacking.length > 0 ? [`it lacks the claims ${lacking.join(", ")}`] : []),
    ...(surplus.length > 0 ? [`the policy does not set its claims ${surplus.join(", ")}`] : []),
  ];
}

/** What Graph finds wrong where we find nothing. */
function validated(name: string, { validations, isConsented }: ActualExternal): PartOfPlan {
  const { errors = [], warnings = [] } = validations.get(name) ?? {};
  const news = warnings.filter(({ code }) => isConsented || code !== "PermissionNotGrantedToServicePrincipal");
  return {
    obstacles: errors.map((error) => errorWords(name, error)),
    notes: news.map(({ code, message }) => `${name}: ${message} (${code}).`),
  };
}

function claimsOf({ claimsForTokenConfiguration }: CustomExtension): readonly string[] {
  return (claimsForTokenConfiguration ?? []).map(({ claimIdInApiResponse }) => claimIdInApiResponse);
}

/** What the flow calls at its events. */
export function flowLinks(wanted: WantedExternal, actual: ActualExternal, flow: EventsFlow, options: ApplyOptions): readonly PartOfPlan[] {
  return flowEvents.flatMap((event): PartOfPlan[] => {
    const extension = wanted.extensions.find((each) => each.event === event);
    if (extension === undefined) return [];
    const { name, url } = extension;
    const [ours] = namesakesOf(actual, extension);
    const called = calledBy(flow[event]);
    const isOurs = called !== undefined && called.id === ours?.id;
    if (url === undefined || isOurs) return [];
    if (called !== undefined && !options.takeOver) return [{ obstacles: [occupied(event, nameOf(actual, called.id))] }];
    const why = called === undefined ? "the event calls nothing" : `the event calls ${nameOf(actual, called.id)}`;
    return [{ changes: [{ action: "link", event, flowId: flow.id, name, ...(ours && { id: ours.id }), why }] }];
  });
}

/** What a place in a flow calls. Somebody filled it, even where Graph does not say with what. */
function calledBy(handler: EventsFlow[FlowEvent]): { readonly id: string } | undefined {
  return handler == null ? undefined : (handler.customExtension ?? { id: "that Graph does not name" });
}

/** One listener for each application whose tokens get claims. */
export function listenerPlan(wanted: WantedExternal, actual: ActualExternal): PartOfPlan {
  const extension = wanted.extensions.find(({ event }) => event === "onTokenIssuanceStart");
  if (extension?.url === undefined) return {};
  const { name, event } = extension;
  const [ours] = namesakesOf(actual, extension);
  const listeners = ours === undefined ? [] : listenersOf(actual, ours.id);
  const apps = actual.applications.map((appId) => appId.toLowerCase());
  const lacking = apps.filter((appId) => !listeners.some(({ appIds }) => appIds.includes(appId)));
  const why = "its tokens get no claims";
  return {
    changes: lacking.map((appId) => ({ action: "listen", event, appId, name, ...(ours && { id: ours.id }), why })),
    notes: [
      ...(apps.length === 0
        ? ["The flow has no application, so no token gets claims: add one to the flow, or name one by --application."]
        : []),
    ],
  };
}

/** What to do by hand about other listeners at an event of the gate's, for an application of the flow. */
export function strangersAt(wanted: WantedExternal, actual: ActualExternal): readonly string[] {
  return wanted.extensions.flatMap((extension) => {
    if (extension.url === undefined) return [];
    const own = namesakesOf(actual, extension).map(({ id }) => id);
    return actual.applications.flatMap((appId) =>
      actual.listeners
        .filter((each) => listensTo(each, extension.event, appId) && !own.includes(each.handler?.customExtension?.id ?? ""))
        .map((each) => strangerWords(each, nameOf(actual, each.handler?.customExtension?.id ?? ""), extension, appId)),
    );
  });
}

function strangerWords({ id, priority }: EventListener, name: string, { event }: WantedExtension, appId: string): string {
  const which = priority === undefined ? id : `${id}, priority ${priority}`;
  return `${name} listens at ${event} of the application ${appId}, too, and Entra calls only one: delete its listener (${which}), or Entra may not call the gate.`;
}

function nameOf({ extensions }: ActualExternal, id: string): string {
  return extensions.find((each) => each.id === id)?.displayName ?? `the extension ${id}`;
}
