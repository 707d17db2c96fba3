import { type GraphClient, GraphError, otherForm } from "../../../adapters/graph/graph";
import { allOf, answered, soon } from "../../../adapters/graph/patient-calls";
import { type ExtensionEvent, type ExtensionHandler, extensionAddress, handlerOf } from "./authentication-extensions";

const FLOWS = "/identity/authenticationEventsFlows";
const FLOW = "#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow";
const COLLECTION = "#microsoft.graph.onAttributeCollectionExternalUsersSelfServiceSignUp";

/** A field of the flow's form, shown or not. */
export interface FlowInput {
  readonly attribute: string;
  readonly hidden?: boolean;
  /** True if Entra stores its value. */
  readonly writeToDirectory?: boolean;
  readonly label?: string;
  readonly inputType?: string;
  /** Choices for people. */
  readonly options?: readonly { readonly label: string; readonly value: string }[];
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

/** The events that a flow itself has a place for. Listeners serve the others, application by application. */
export const flowEvents = ["onAttributeCollectionStart", "onAttributeCollectionSubmit"] as const satisfies readonly ExtensionEvent[];
export type FlowEvent = (typeof flowEvents)[number];

/** No call of Graph changes what a flow calls: a person has to. */
export class FlowNotChangedError extends GraphError {
  override readonly name = "FlowNotChangedError";
}

export type EventsFlows = ReturnType<typeof eventsFlows>;

/**
 * An external tenant's user flows. Every method throws GraphError if Graph refuses.
 * @param beta the same Graph in its beta version, by which Microsoft's samples give a flow an extension
 * @default the same: not needed without extensions
 */
export function eventsFlows(graph: GraphClient, beta: GraphClient = graph) {
  return { ...flowCalls(graph, beta), ...flowForms(graph) };
}

const patchFlow = (graph: GraphClient, id: string, changed: object) => graph.patch(`${FLOWS}/${id}`, { "@odata.type": FLOW, ...changed });

/** The place of a flow's extension in the beta version. */
const placeOf = (flowId: string, event: FlowEvent) =>
  `${FLOWS}/${flowId}/${FLOW.slice(1)}/${event}/microsoft.graph.${event}CustomExtensionHandler/customExtension`;

/** An answer may contain a handler without its extension, or none at all: then the beta version is asked, which may refuse. */
async function named(beta: GraphClient, flow: EventsFlow): Promise<EventsFlow> {
  const found = { ...flow };
  for (const event of flowEvents.filter((each) => flow[each] !== null && !flow[each]?.customExtension)) {
    const customExtension = await beta.get<{ readonly id: string }>(placeOf(flow.id, event)).catch(refusedWith(400, 403, 404, 405, 501));
    if (customExtension !== undefined) found[event] = { ...flow[event], customExtension };
  }
  return found;
}

/** The extensions that flows call, and the applications that use the flows for sign-up. */
function flowCalls(graph: GraphClient, beta: GraphClient) {
  /** True if a flow eventually shows that it calls this extension, or none at all. */
  async function shows(flowId: string, event: FlowEvent, extensionId: string | undefined, reads: number): Promise<boolean> {
    for (let count = 1; ; count++) {
      const handler = (await named(beta, await graph.get<EventsFlow>(`${FLOWS}/${flowId}`)))[event];
      if (extensionId === undefined ? !handler : handler?.customExtension?.id === extensionId) return true;
      if (count === reads) return false;
      await graph.pause(250 * 2 ** (count - 1));
    }
  }

  /**
   * The flow's JSON has the property, the page on updates does not list it, and Microsoft's samples fill it by a call of the beta
   * version. So the update is tried and read back; where it did not take, the beta call follows.
   * @returns the version that did it
   */
  async function change(flowId: string, event: FlowEvent, extensionId: string | undefined): Promise<"v1.0" | "beta"> {
    const handler = extensionId === undefined ? null : handlerOf(event, extensionId);
    const update = soon(graph, () => patchFlow(graph, flowId, { [event]: handler })).then(() => true);
    if ((await update.catch(refusedWith(400, 404, 405, 501))) && (await shows(flowId, event, extensionId, 3))) return "v1.0";
    const reference = `${placeOf(flowId, event)}/$ref`;
    const call = () =>
      extensionId === undefined ? beta.delete(reference) : beta.put(reference, { "@odata.id": extensionAddress(beta, extensionId) });
    await soon(graph, call).catch((error: unknown) => {
      throw error instanceof GraphError && [400, 403, 404, 405, 501].includes(error.status) ? new FlowNotChangedError(error) : error;
    });
    if (!(await shows(flowId, event, extensionId, 5))) throw new FlowNotChangedError({ status: 204, code: "NotKept" });
    return "beta";
  }

  async function flows(): Promise<readonly EventsFlow[]> {
    const found: EventsFlow[] = [];
    for (const flow of await allOf<EventsFlow>(graph, FLOWS, ["id", "displayName"])) found.push(await named(beta, flow));
    return found;
  }

  return {
    flows,
    /** True if any of them may call an extension. */
    async call(extensionId: string): Promise<boolean> {
      const called = (await flows()).flatMap((flow) => flowEvents.flatMap((event) => flow[event] ?? []));
      return called.some(({ customExtension }) => customExtension === undefined || customExtension?.id === extensionId);
    },
    /** Client ids of the applications that sign up by a flow. */
    async applications(flowId: string): Promise<readonly string[]> {
      const path = `${FLOWS}/${flowId}/conditions/applications/includeApplications`;
      return (await allOf<{ readonly appId: string }>(graph, path, ["appId"])).map(({ appId }) => appId);
    },
    /** @returns the version of Graph that did it */
    link: (flowId: string, event: FlowEvent, extensionId: string) => change(flowId, event, extensionId),
    /** Resolves once the flow shows that it calls nothing: a flow that calls a deleted extension refuses everybody. */
    unlink: (flowId: string, event: FlowEvent) => change(flowId, event, undefined),
  };
}

/** The fields that flows ask for. */
function flowForms(graph: GraphClient) {
  /** An update replaces all inputs. So they are read right before, and each is named again. */
  async function changeInputs(id: string, change: (inputs: readonly FlowInput[]) => readonly FlowInput[]): Promise<void> {
    const { id: found, onAttributeCollection } = await graph.get<EventsFlow>(`${FLOWS}/${id}`);
    if (found !== id) throw otherForm(graph, "GET", `${FLOWS}/${id}`);
    const [view = {}, ...views] = onAttributeCollection?.attributeCollectionPage?.views ?? [];
    const changed = { title: view.title ?? null, description: view.description ?? null, inputs: change(view.inputs ?? []) };
    await patchFlow(graph, id, {
      onAttributeCollection: { "@odata.type": COLLECTION, attributeCollectionPage: { views: [changed, ...views] } },
    });
  }

  /** The place of the attributes that a flow's form may have. */
  const attributesOf = (flowId: string) => `${FLOWS}/${flowId}/${FLOW.slice(1)}/onAttributeCollection/${COLLECTION.slice(1)}/attributes`;

  /** Refused if it was added before: the following update shows whether it was. */
  async function add(flowId: string, attribute: string): Promise<void> {
    const reference = { "@odata.id": graph.address(`/identity/userFlowAttributes/${attribute}`) };
    await answered(graph, () => soon(graph, () => graph.post(`${attributesOf(flowId)}/$ref`, reference))).catch(refusedWith(400, 409));
  }

  return {
    /**
     * Adds hidden fields that the directory stores. A flow made without a form may refuse them in an update, and accept them one by
     * one, each as a visible field. If it then refuses to hide them, they are removed.
     */
    async collect(flowId: string, attributes: readonly string[]): Promise<void> {
      const addFields = () =>
        changeInputs(flowId, (inputs) => [
          ...without(inputs, attributes),
          ...attributes.map((attribute) => inputOf({ attribute, hidden: true })),
        ]);
      if ((await addFields().then(() => true, refusedWith(400))) === true) return;
      for (const attribute of attributes) await add(flowId, attribute);
      await addFields().catch(async (error: unknown) => {
        for (const attribute of attributes) await graph.delete(`${attributesOf(flowId)}/${attribute}/$ref`).catch(refusedWith(400, 404));
        throw error;
      });
    },
    /** Adds a custom attribute to the flow, which gives it a field of its own kind, and then the field that is wanted. */
    async collectCustom(flowId: string, input: FlowInput): Promise<void> {
      await add(flowId, input.attribute);
      await changeInputs(flowId, (inputs) => [...without(inputs, [input.attribute]), input]);
    },
    /** Changes some properties of a field; the others are the operator's. */
    changeField: (flowId: string, attribute: string, changed: Partial<FlowInput>): Promise<void> =>
      changeInputs(flowId, (inputs) => inputs.map((input) => (input.attribute === attribute ? { ...input, ...changed } : input))),
    stopCollecting: (flowId: string, attributes: readonly string[]): Promise<void> =>
      changeInputs(flowId, (inputs) => without(inputs, attributes)),
  };
}

/** Undefined for a refusal of one of these statuses. */
function refusedWith(...statuses: readonly number[]): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof GraphError && statuses.includes(error.status))) throw error;
    return undefined;
  };
}

/** The fields of a flow's form. */
export function inputsOf({ onAttributeCollection }: EventsFlow): readonly FlowInput[] {
  return (onAttributeCollection?.attributeCollectionPage?.views ?? []).flatMap(({ inputs = [] }) => inputs);
}

function without(inputs: readonly FlowInput[], attributes: readonly string[]): readonly FlowInput[] {
  return inputs.filter(({ attribute }) => !attributes.includes(attribute));
}

/** A field of a form: text by default. */
export function inputOf({ attribute, hidden = false, label = attribute, inputType = "text", options = [] }: FlowInput): FlowInput {
  const input = {
    attribute,
    label,
    inputType,
    defaultValue: null,
    hidden,
    editable: true,
    writeToDirectory: true,
    required: false,
    validationRegEx: "^.*",
    options,
  };
  return input;
}
