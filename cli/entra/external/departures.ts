import type { CustomExtension } from "../../../adapters/graph/authentication-extensions";
import type { EventsFlow } from "../../../adapters/graph/events-flows";
import type { ExternalChange, PartOfPlan } from "./external-change";
import { type ExternalStanding, flowEvents, listenersOf, namesakesOf, targetOf } from "./standing";
import type { WantedExtension, WantedExternal } from "./wanted";

interface Departure extends PartOfPlan {
  /** Ids of the extensions that go. */
  readonly deleted: readonly string[];
}

/** Extensions that are to go. */
export interface Leaving {
  readonly extensions: readonly WantedExtension[];
  readonly why: string;
  /** Names of other flows that they are taken out of in the same run. */
  readonly alongside?: readonly string[];
}

/**
 * Takes extensions out of the tenant: first what calls them. Where another flow calls one, all stay, and so does whoever listens
 * for other applications. Those that call another deployment are not this one's.
 * @param flow the one that the gate judges
 */
export function departure(
  { extensions, why, alongside = [] }: Leaving,
  wanted: WantedExternal,
  standing: ExternalStanding,
  flow: EventsFlow | undefined,
): Departure {
  const host = wanted.deployed?.identifierUri.split("/")[2];
  const named = extensions.flatMap((extension) => namesakesOf(standing, extension));
  const ours = named.filter((each) => host !== undefined && URL.canParse(targetOf(each)) && new URL(targetOf(each)).host === host);
  const calls = (each: EventsFlow) => flowEvents.some((event) => ours.some(({ id }) => id === each[event]?.customExtension?.id));
  const others = standing.flows.filter((each) => each.id !== flow?.id && !alongside.includes(each.displayName) && calls(each));
  const deleted = others.length === 0 ? ours : [];
  return {
    changes: [
      ...ours.flatMap((each) => partingsOf(each, why, standing, { flow, isShared: others.length > 0 })),
      ...deleted.map(({ id, displayName: name }) => ({ action: "delete extension", id, name, why }) as const),
    ],
    notes: [
      ...named.filter((each) => !ours.includes(each)).map((each) => `${each.displayName} calls ${targetOf(each)}, so it stays.`),
      ...others.map(({ displayName }) => `The flow ${displayName} calls the gate, too, so the extensions stay.`),
    ],
    deleted: deleted.map(({ id }) => id),
  };
}

interface Circumstances {
  readonly flow: EventsFlow | undefined;
  /** Whether what other applications need is to stay. */
  readonly isShared: boolean;
}

function partingsOf(
  { id, displayName: name }: CustomExtension,
  why: string,
  standing: ExternalStanding,
  { flow, isShared }: Circumstances,
): readonly ExternalChange[] {
  const apps = standing.applications.map((appId) => appId.toLowerCase());
  const linked = flowEvents.filter((event) => flow?.[event]?.customExtension?.id === id);
  const heard = listenersOf(standing, id).filter(({ appIds }) => !isShared || appIds.every((appId) => apps.includes(appId)));
  return [
    ...linked.map((event) => ({ action: "unlink", event, flowId: (flow as EventsFlow).id, name, why }) as const),
    ...heard.map((each) => ({ action: "stop listening", ...each, name, why }) as const),
  ];
}
