import { type GraphClient, GraphError, otherForm } from "../../../adapters/graph/graph";
import { fetchAllPages, retryRead, soon } from "../../../adapters/graph/patient-calls";
import { buildHandler, type ExtensionEvent, type ExtensionHandler, extensionAddress } from "./authentication-extensions";
import { isSameText } from "./user-flows";

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

/** The code of a FlowNotChangedError where somebody else changed what the flow calls at the same time. */
export const CHANGED_MEANWHILE = "ChangedMeanwhile";

interface FlowCallChange {
  readonly from: string | null | undefined;
  readonly to: string | null;
  readonly reads: number;
}

/** Graph accepts a change of a flow's fields and does not keep it: a person has to make it. */
export class FormNotChangedError extends GraphError {
  override readonly name = "FormNotChangedError";
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

const patchFlow = (graph: GraphClient, id: string, changes: object) => graph.patch(`${FLOWS}/${id}`, { "@odata.type": FLOW, ...changes });

/** The place of a flow's extension in the beta version. */
const buildExtensionPath = (flowId: string, event: FlowEvent) =>
  `${FLOWS}/${flowId}/${FLOW.slice(1)}/${event}/microsoft.graph.${event}CustomExtensionHandler/customExtension`;

/** An answer may contain a handler without its extension, or none at all: then the beta version is asked, which may refuse. */
async function addMissingExtensions(beta: GraphClient, flow: EventsFlow): Promise<EventsFlow> {
  const completeFlow = { ...flow };
  for (const event of flowEvents.filter((each) => flow[each] !== null && !flow[each]?.customExtension)) {
    const customExtension = await beta
      .get<{ readonly id: string }>(buildExtensionPath(flow.id, event))
      .catch(refusedWith(400, 403, 404, 405, 501));
    if (customExtension !== undefined) completeFlow[event] = { ...flow[event], customExtension };
  }
  return completeFlow;
}

/** The extensions that flows call, and the applications that use the flows for sign-up. */
function flowCalls(graph: GraphClient, beta: GraphClient) {
  /** The id of the extension that a flow calls; null if it calls none, undefined if Graph does not name it. */
  async function readCalled(flowId: string, event: FlowEvent): Promise<string | null | undefined> {
    const handler = (await addMissingExtensions(beta, await graph.get<EventsFlow>(`${FLOWS}/${flowId}`)))[event];
    return handler ? handler.customExtension?.id : null;
  }

  /** True if a flow eventually shows that it calls this extension, or none at all. @throws if it calls one that is neither that nor the one before */
  async function shows(flowId: string, event: FlowEvent, { from, to, reads }: FlowCallChange): Promise<boolean> {
    return await readUntil(graph, reads, async () => {
      const calledId = await readCalled(flowId, event);
      // Another run, or somebody in the admin center: nobody's choice is overwritten unseen.
      if (calledId !== to && calledId !== from && calledId != null) throw new FlowNotChangedError({ status: 409, code: CHANGED_MEANWHILE });
      return calledId === to;
    });
  }

  /**
   * The flow's JSON has the property, the page on updates does not list it, and Microsoft's samples fill it by a call of the beta
   * version. So the update is tried and read back; where it did not take, the beta call follows.
   * @returns the version that did it
   */
  async function change(flowId: string, event: FlowEvent, extensionId: string | undefined): Promise<"v1.0" | "beta"> {
    const [from, to] = [await readCalled(flowId, event), extensionId ?? null];
    const handler = extensionId === undefined ? null : buildHandler(event, extensionId);
    const update = soon(graph, () => patchFlow(graph, flowId, { [event]: handler })).then(() => true);
    if ((await update.catch(refusedWith(400, 404, 405, 501))) && (await shows(flowId, event, { from, to, reads: 3 }))) return "v1.0";
    const reference = `${buildExtensionPath(flowId, event)}/$ref`;
    const call = () =>
      extensionId === undefined ? beta.delete(reference) : beta.put(reference, { "@odata.id": extensionAddress(beta, extensionId) });
    await soon(graph, call).catch((error: unknown) => {
      throw error instanceof GraphError && [400, 403, 404, 405, 501].includes(error.status) ? new FlowNotChangedError(error) : error;
    });
    if (!(await shows(flowId, event, { from, to, reads: 5 }))) throw new FlowNotChangedError({ status: 204, code: "NotKept" });
    return "beta";
  }

  async function flows(): Promise<readonly EventsFlow[]> {
    const completeFlows: EventsFlow[] = [];
    for (const flow of await fetchAllPages<EventsFlow>(graph, FLOWS, ["id", "displayName"]))
      completeFlows.push(await addMissingExtensions(beta, flow));
    return completeFlows;
  }

  return {
    flows,
    /** True if any of them may call an extension. */
    async call(extensionId: string): Promise<boolean> {
      const handlers = (await flows()).flatMap((flow) => flowEvents.flatMap((event) => flow[event] ?? []));
      return handlers.some(({ customExtension }) => customExtension === undefined || customExtension?.id === extensionId);
    },
    /** Client ids of the applications that sign up by a flow. */
    async applications(flowId: string): Promise<readonly string[]> {
      const path = `${FLOWS}/${flowId}/conditions/applications/includeApplications`;
      return (await fetchAllPages<{ readonly appId: string }>(graph, path, ["appId"])).map(({ appId }) => appId);
    },
    /** @returns the version of Graph that did it */
    link: (flowId: string, event: FlowEvent, extensionId: string) => change(flowId, event, extensionId),
    /** Resolves once the flow shows that it calls nothing: a flow that calls a deleted extension refuses everybody. */
    unlink: (flowId: string, event: FlowEvent) => change(flowId, event, undefined),
  };
}

/** The attributes that flows may ask for. */
function flowAttributes(graph: GraphClient) {
  /** The place of the attributes that a flow's form may have. */
  const attributesPath = (flowId: string) => `${FLOWS}/${flowId}/${FLOW.slice(1)}/onAttributeCollection/${COLLECTION.slice(1)}/attributes`;

  /** Graph refuses an attribute that was added before: the following update shows whether it was. @returns true if it was added now */
  async function addAttribute(flowId: string, attribute: string): Promise<boolean> {
    const reference = { "@odata.id": graph.address(`/identity/userFlowAttributes/${attribute}`) };
    const add = () => soon(graph, () => graph.post(`${attributesPath(flowId)}/$ref`, reference));
    return await retryRead(graph, add).then(() => true, unlessRefused(false, 400, 409));
  }

  /** Graph refuses an attribute that the flow does not have. */
  async function removeAttribute(flowId: string, attribute: string): Promise<void> {
    const path = `${attributesPath(flowId)}/${encodeURIComponent(attribute)}/$ref`;
    await retryRead(graph, () => graph.delete(path)).catch(refusedWith(400, 404));
  }

  return { addAttribute, removeAttribute };
}

/**
 * The fields that flows ask for. Graph's newer page on updates says that one neither adds nor removes fields, older ones that it
 * replaces them all. The calls are right under both: an added attribute becomes a visible field, one update that names every field
 * gives order, visibility and texts, and an attribute that is taken out loses its field. What the flow shows then decides.
 */
function flowForms(graph: GraphClient) {
  const { addAttribute, removeAttribute } = flowAttributes(graph);

  async function readViews(id: string): Promise<readonly FlowView[]> {
    const flow = await graph.get<EventsFlow>(`${FLOWS}/${id}`);
    if (flow.id !== id) throw otherForm(graph, "GET", `${FLOWS}/${id}`);
    return flow.onAttributeCollection?.attributeCollectionPage?.views ?? [];
  }

  /** Fields are read right before, since the update has to name each again. */
  async function changeInputs(id: string, change: (inputs: readonly FlowInput[]) => readonly FlowInput[]): Promise<void> {
    const [view = {}, ...views] = await readViews(id);
    const changedView = { title: view.title ?? null, description: view.description ?? null, inputs: change(view.inputs ?? []) };
    await patchFlow(graph, id, {
      onAttributeCollection: { "@odata.type": COLLECTION, attributeCollectionPage: { views: [changedView, ...views] } },
    });
  }

  /** True if the flow eventually shows such fields. */
  async function showsFields(id: string, isSo: (inputs: readonly FlowInput[]) => boolean): Promise<boolean> {
    return await readUntil(graph, FORM_READS, async () => isSo((await readViews(id)).flatMap(({ inputs = [] }) => inputs)));
  }

  /** Throws a FormNotChangedError if the flow does not eventually show such fields. */
  async function assertFields(id: string, isSo: (inputs: readonly FlowInput[]) => boolean): Promise<void> {
    if (!(await showsFields(id, isSo))) throw new FormNotChangedError({ status: 204, code: "NotKept" });
  }

  /** Adds fields, or gives those of the same attributes these properties. Where that fails, fields added by this call go again. */
  async function putFields(flowId: string, fields: readonly FlowInput[]): Promise<void> {
    // A form that cannot be read is not touched.
    await readViews(flowId);
    const addedAttributes: string[] = [];
    for (const { attribute } of fields) if (await addAttribute(flowId, attribute)) addedAttributes.push(attribute);
    try {
      await changeInputs(flowId, (inputs) => withFields(inputs, fields));
      await assertFields(flowId, (inputs) => fields.every((field) => inputs.some((each) => isLike(each, field))));
    } catch (error) {
      // A field that people see is none that only the policy may fill.
      for (const attribute of addedAttributes) await removeAttribute(flowId, attribute).catch(refusedWith(403, 405, 501));
      throw error;
    }
  }

  return {
    /** Adds hidden fields that the directory stores. */
    collect: (flowId: string, attributes: readonly string[]): Promise<void> =>
      putFields(
        flowId,
        attributes.map((attribute) => buildInput({ attribute, hidden: true })),
      ),
    /** Adds a custom attribute to the flow, with the field that is wanted. */
    collectCustom: (flowId: string, input: FlowInput): Promise<void> => putFields(flowId, [input]),
    /** Changes some properties of a field; the others are the operator's. */
    async changeField(flowId: string, attribute: string, changes: Partial<FlowInput>): Promise<void> {
      await changeInputs(flowId, (inputs) =>
        inputs.map((input) => (isSameText(input.attribute, attribute) ? { ...input, ...changes } : input)),
      );
      await assertFields(flowId, (inputs) => inputs.some((each) => isLike(each, { attribute, ...changes })));
    },
    /** Takes attributes out of the flow. By older pages an update without a field removes it: it follows where the field stays. */
    async stopCollecting(flowId: string, attributes: readonly string[]): Promise<void> {
      const areGone = (inputs: readonly FlowInput[]) => without(inputs, attributes).length === inputs.length;
      for (const attribute of attributes) await removeAttribute(flowId, attribute);
      if (await showsFields(flowId, areGone)) return;
      await changeInputs(flowId, (inputs) => without(inputs, attributes));
      await assertFields(flowId, areGone);
    },
  };
}

/** Reads up to so many times until something is so, with growing pauses. Returns false if it is never so. */
async function readUntil(graph: GraphClient, reads: number, isSo: () => Promise<boolean>): Promise<boolean> {
  for (let count = 1; ; count++) {
    if (await isSo()) return true;
    if (count === reads) return false;
    await graph.pause(250 * 2 ** (count - 1));
  }
}

/** A change of a form shows within seconds. */
const FORM_READS = 5;

/** Fields in their order; each new one comes last. */
function withFields(inputs: readonly FlowInput[], fields: readonly FlowInput[]): readonly FlowInput[] {
  return [
    ...without(
      inputs,
      fields.map(({ attribute }) => attribute),
    ),
    ...fields,
  ];
}

/** True if a field has the properties that Graph is to keep: it may fill in or spell others by itself. */
function isLike(input: FlowInput, { attribute, hidden, label, inputType }: FlowInput): boolean {
  return (
    isSameText(input.attribute, attribute) &&
    (hidden === undefined || (input.hidden ?? false) === hidden) &&
    (label === undefined || input.label === label) &&
    (inputType === undefined || isSameText(input.inputType ?? "", inputType))
  );
}

/** Undefined for a refusal of one of these statuses. */
function refusedWith(...statuses: readonly number[]): (error: unknown) => undefined {
  return unlessRefused(undefined, ...statuses);
}

/** A value for a refusal of one of these statuses. */
function unlessRefused<T>(value: T, ...statuses: readonly number[]): (error: unknown) => T {
  return (error) => {
    if (!(error instanceof GraphError && statuses.includes(error.status))) throw error;
    return value;
  };
}

/** The fields of a flow's form. */
export function listInputs({ onAttributeCollection }: EventsFlow): readonly FlowInput[] {
  return (onAttributeCollection?.attributeCollectionPage?.views ?? []).flatMap(({ inputs = [] }) => inputs);
}

function without(inputs: readonly FlowInput[], attributes: readonly string[]): readonly FlowInput[] {
  return inputs.filter(({ attribute }) => !attributes.some((each) => isSameText(each, attribute)));
}

/** A field of a form: text by default. */
export function buildInput({ attribute, hidden = false, label = attribute, inputType = "text", options = [] }: FlowInput): FlowInput {
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
