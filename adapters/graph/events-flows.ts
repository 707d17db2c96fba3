import { type ExtensionEvent, type ExtensionHandler, handlerOf } from "./authentication-extensions";
import type { GraphClient } from "./graph";
import { allOf, soon } from "./patient-calls";

const FLOWS = "/identity/authenticationEventsFlows";
const FLOW = "#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow";
const COLLECTION = "#microsoft.graph.onAttributeCollectionExternalUsersSelfServiceSignUp";

/** A field of the flow's form, shown or not. */
export interface FlowInput {
  readonly attribute: string;
  readonly hidden?: boolean;
}

interface FlowView {
  readonly title?: string | null;
  readonly description?: string | null;
  readonly inputs?: readonly FlowInput[];
}

/** An external tenant's user flow: an externalUsersSelfServiceSignUpEventsFlow. */
export interface EventsFlow {
  readonly id: string;
  readonly displayName: string;
  readonly onInteractiveAuthFlowStart?: { readonly isSignUpAllowed?: boolean } | null;
  readonly onAttributeCollection?: { readonly attributeCollectionPage?: { readonly views?: readonly FlowView[] } | null } | null;
  readonly onAttributeCollectionStart?: ExtensionHandler | null;
  readonly onAttributeCollectionSubmit?: ExtensionHandler | null;
}

/** The events that a flow has a place for. */
export type FlowEvent = Exclude<ExtensionEvent, "onTokenIssuanceStart">;

export type EventsFlows = ReturnType<typeof eventsFlows>;

/** An external tenant's user flows. Every method throws GraphError for what Graph refuses. */
export function eventsFlows(graph: GraphClient) {
  const patch = (id: string, changed: object) => graph.patch(`${FLOWS}/${id}`, { "@odata.type": FLOW, ...changed });

  /** An update replaces all inputs. So they are read right before, and each is named again. */
  async function changeInputs(id: string, change: (inputs: readonly FlowInput[]) => readonly FlowInput[]): Promise<void> {
    const { onAttributeCollection } = await graph.get<EventsFlow>(`${FLOWS}/${id}`);
    const [view = {}, ...views] = onAttributeCollection?.attributeCollectionPage?.views ?? [];
    const changed = { title: view.title ?? null, description: view.description ?? null, inputs: change(view.inputs ?? []) };
    await patch(id, { onAttributeCollection: { "@odata.type": COLLECTION, attributeCollectionPage: { views: [changed, ...views] } } });
  }

  return {
    flows: () => allOf<EventsFlow>(graph, FLOWS),
    /** Client ids of the applications that sign up by a flow. */
    async applications(flowId: string): Promise<readonly string[]> {
      const path = `${FLOWS}/${flowId}/conditions/applications/includeApplications`;
      return (await allOf<{ readonly appId: string }>(graph, path)).map(({ appId }) => appId);
    },
    link: (flowId: string, event: FlowEvent, extensionId: string): Promise<void> =>
      soon(() => patch(flowId, { [event]: handlerOf(event, extensionId) })),
    unlink: (flowId: string, event: FlowEvent): Promise<void> => patch(flowId, { [event]: null }),
    /** Adds hidden fields that the directory keeps. */
    collect: (flowId: string, attributes: readonly string[]): Promise<void> =>
      changeInputs(flowId, (inputs) => [...without(inputs, attributes), ...attributes.map(hiddenInput)]),
    stopCollecting: (flowId: string, attributes: readonly string[]): Promise<void> =>
      changeInputs(flowId, (inputs) => without(inputs, attributes)),
  };
}

/** The fields of a flow's form. */
export function inputsOf({ onAttributeCollection }: EventsFlow): readonly FlowInput[] {
  return (onAttributeCollection?.attributeCollectionPage?.views ?? []).flatMap(({ inputs = [] }) => inputs);
}

function without(inputs: readonly FlowInput[], attributes: readonly string[]): readonly FlowInput[] {
  return inputs.filter(({ attribute }) => !attributes.includes(attribute));
}

function hiddenInput(attribute: string): FlowInput {
  const input = {
    attribute,
    label: attribute,
    inputType: "text",
    defaultValue: null,
    hidden: true,
    editable: true,
    writeToDirectory: true,
    required: false,
    validationRegEx: "^.*",
    options: [],
  };
  return input;
}
