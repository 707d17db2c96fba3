import {
  applicationsOf,
  type CustomExtension,
  type EventListener,
  type ExtensionEvent,
} from "../../../adapters/graph/authentication-extensions";
import type { EventsFlow } from "../../../adapters/graph/events-flows";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { ExternalFlow } from "../../../lib/entra-setup";
import { flowEvents } from "./standing";

/** What a gate's extensions call, by event. */
export type ExtensionUrls = Partial<Readonly<Record<ExtensionEvent, string>>>;

/** An external tenant, as far as it shows which flows ask whom. */
export interface ExternalLook {
  readonly flows: readonly EventsFlow[];
  /** Client ids of the applications that sign up by a flow, by its id. */
  readonly applications: ReadonlyMap<string, readonly string[]>;
  readonly extensions: readonly CustomExtension[];
  readonly listeners: readonly EventListener[];
}

/** The flows of an external tenant that ask a deployment, each with its gate. @param gates by name */
export function externalFlowsHere(
  look: ExternalLook,
  gates: ReadonlyMap<string, ExtensionUrls>,
): { readonly flows: readonly ExternalFlow[]; readonly notes: readonly string[] } {
  const asked = look.flows.flatMap((flow) => {
    const found = gatesAsked(flow, look, gates);
    // The last event counts: it is the one that nobody goes past.
    const gate = found.at(-1);
    return gate === undefined ? [] : [{ flow, gate, found: [...new Set(found)] }];
  });
  return {
    flows: asked.map(({ flow, gate }) => {
      const isAlone = asked.filter((other) => other.gate === gate).length === 1;
      const applications = isAlone ? otherApplications(flow, gate, look, gates) : undefined;
      return { externalFlow: flow.displayName, ...(gate !== DEFAULT_GATE && { gate }), ...(applications && { applications }) };
    }),
    notes: asked.flatMap(({ flow, gate, found }) =>
      found.length > 1 ? [`${flow.displayName} asks several gates, ${found.join(" and ")}: declared is ${gate}.`] : [],
    ),
  };
}

/** In the order of the events. */
function gatesAsked(flow: EventsFlow, { extensions }: ExternalLook, gates: ReadonlyMap<string, ExtensionUrls>): readonly string[] {
  return flowEvents.flatMap((event) => {
    const called = extensions.find(({ id }) => id === flow[event]?.customExtension?.id);
    return [...gates].find(([, urls]) => isCalled(called, urls[event]))?.[0] ?? [];
  });
}

/** Those whose tokens get claims, where they are not the flow's own. */
function otherApplications(
  { id }: EventsFlow,
  gate: string,
  { applications, extensions, listeners }: ExternalLook,
  gates: ReadonlyMap<string, ExtensionUrls>,
): readonly string[] | undefined {
  const url = gates.get(gate)?.onTokenIssuanceStart;
  const ours = extensions.filter((each) => isCalled(each, url)).map((each) => each.id);
  const listened = listeners.filter(({ handler }) => ours.includes(handler?.customExtension?.id ?? "")).flatMap(applicationsOf);
  const apps = [...new Set(listened)].sort();
  const own = [...(applications.get(id) ?? [])].sort();
  return apps.length === 0 || apps.join() === own.join() ? undefined : apps;
}

function isCalled(extension: CustomExtension | undefined, url: string | undefined): boolean {
  const target = extension?.endpointConfiguration?.targetUrl;
  return url !== undefined && target !== undefined && URL.canParse(target) && new URL(target).href === new URL(url).href;
}
