import { type EventListener, listensTo } from "../../../adapters/graph/authentication-extensions";
import type { EventsFlow, FlowEvent } from "../../../adapters/graph/events-flows";
import type { ApplyOptions } from "../plan-of-changes";
import type { PartOfPlan } from "./external-change";
import { type ExternalStanding, flowEvents, listenersOf, namesakesOf } from "./standing";
import type { WantedExtension, WantedExternal } from "./wanted";

/** What the flow calls at its events. */
export function flowLinks(
  wanted: WantedExternal,
  standing: ExternalStanding,
  flow: EventsFlow,
  options: ApplyOptions,
): readonly PartOfPlan[] {
  return flowEvents.flatMap((event): PartOfPlan[] => {
    const extension = wanted.extensions.find((each) => each.event === event);
    if (extension === undefined) return [];
    const { name, url } = extension;
    const [ours] = namesakesOf(standing, extension);
    const called = calledBy(flow[event]);
    const isOurs = called !== undefined && called.id === ours?.id;
    if (url === undefined || isOurs) return [];
    if (called !== undefined && !options.takeOver) return [{ obstacles: [occupied(event, nameOf(standing, called.id))] }];
    const why = called === undefined ? "the event calls nothing" : `the event calls ${nameOf(standing, called.id)}`;
    return [{ changes: [{ action: "link", event, flowId: flow.id, name, ...(ours && { id: ours.id }), why }] }];
  });
}

/** What a place in a flow calls. Somebody filled it, even where Graph does not say with what. */
function calledBy(handler: EventsFlow[FlowEvent]): { readonly id: string } | undefined {
  return handler == null ? undefined : (handler.customExtension ?? { id: "that Graph does not name" });
}

/** One listener for each application whose tokens get claims. */
export function listenerPlan(wanted: WantedExternal, standing: ExternalStanding): PartOfPlan {
  const extension = wanted.extensions.find(({ event }) => event === "onTokenIssuanceStart");
  if (extension?.url === undefined) return {};
  const { name, event } = extension;
  const [ours] = namesakesOf(standing, extension);
  const heard = ours === undefined ? [] : listenersOf(standing, ours.id);
  const apps = standing.applications.map((appId) => appId.toLowerCase());
  const lacking = apps.filter((appId) => !heard.some(({ appIds }) => appIds.includes(appId)));
  const why = "its tokens get no claims";
  return {
    changes: lacking.map((appId) => ({ action: "listen", event, appId, name, ...(ours && { id: ours.id }), why })),
    notes: [
      ...(apps.length === 0
        ? ["The flow has no application, so no token gets claims: add one to the flow, or name it by --application."]
        : []),
      ...(extension.claims.length === 0 || apps.length === 0
        ? []
        : ["A claim reaches a token only where the application's claims mapping policy names it: docs/external-tenant.md."]),
    ],
  };
}

/** Whoever else listens at an event of the gate's, for an application of the flow. */
export function strangersAt(wanted: WantedExternal, standing: ExternalStanding): readonly string[] {
  return wanted.extensions.flatMap((extension) => {
    if (extension.url === undefined) return [];
    const own = namesakesOf(standing, extension).map(({ id }) => id);
    return standing.applications.flatMap((appId) =>
      standing.listeners
        .filter((each) => listensTo(each, extension.event, appId) && !own.includes(each.handler?.customExtension?.id ?? ""))
        .map((each) => strangerWords(each, nameOf(standing, each.handler?.customExtension?.id ?? ""), extension, appId)),
    );
  });
}

function strangerWords({ id, priority }: EventListener, name: string, { event }: WantedExtension, appId: string): string {
  const which = priority === undefined ? id : `${id}, priority ${priority}`;
  return `${name} listens at ${event} of the application ${appId}, too, and Entra asks one alone: delete its listener (${which}), or the gate may go unheard.`;
}

function nameOf({ extensions }: ExternalStanding, id: string): string {
  return extensions.find((each) => each.id === id)?.displayName ?? `the extension ${id}`;
}

function occupied(event: FlowEvent, name: string): string {
  return `The flow calls ${name} at ${event}, which this gate did not set up. --take-over puts this gate in its place.`;
}
