import { type GraphClient, GraphError, otherForm } from "../../../adapters/graph/graph";
import { fetchAllPages, retryRead, soon } from "../../../adapters/graph/patient-calls";
import { buildHandler, type ExtensionEvent, type ExtensionHandler, extensionAddress } from "./authentication-extensions";
import { isSameText } from "./user-flows";

const FLOWS = "/identity/authenticationEventsFlows";
const FLOW = "#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow";
const COLLECTION = "#microsoft.graph.onAttributeCollectionExternalUsersSelfServiceSignUp";

/** A field of the flow's form, visible or hidden. */
export interface FlowInput {
  readonly attribute: string;
  readonly hidden?: boolean;
  /** True if Entra stores the field's value. */
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

/** The events for which a flow itself names the extension. For other events, a listener names the extension for an application. */
export const flowEvents = ["onAttributeCollectionStart", "onAttributeCollectionSubmit"] as const satisfies readonly ExtensionEvent[];
export type FlowEvent = (typeof flowEvents)[number];

/** Thrown if no call of Graph changes the extension of a flow. A person has to change the flow. */
export class FlowNotChangedError extends GraphError {
  override readonly name = "FlowNotChangedError";
}

/** The code of a FlowNotChangedError if somebody else changed the flow's extension meanwhile. */
export const CHANGED_MEANWHILE = "ChangedMeanwhile";

interface FlowCallChange {
  readonly from: string | null | undefined;
  readonly to: string | null;
  readonly reads: number;
}

/** Thrown if Graph accepts a change of a flow's fields but does not keep the change. A person has to make the change. */
export class FormNotChangedError extends GraphError {
  override readonly name = "FormNotChangedError";
}

export type EventsFlows = ReturnType<typeof eventsFlows>;

/**
 * Returns the calls for an external tenant's user flows. Every method throws GraphError if Graph refuses.
 * @param beta the same Graph in its beta version, with which Microsoft's samples link an extension to a flow
 * @default `graph`, which is enough for callers that do not use extensions
 */
export function eventsFlows(graph: GraphClient, beta: GraphClient = graph) {
  return { ...flowCalls(graph, beta), ...flowForms(graph) };
}

const patchFlow = (graph: GraphClient, id: string, changes: object) => graph.patch(`${FLOWS}/${id}`, { "@odata.type": FLOW, ...changes });

/** Returns the path of a flow's extension in the beta version. */
const buildExtensionPath = (flowId: string, event: FlowEvent) =>
  `${FLOWS}/${flowId}/${FLOW.slice(1)}/${event}/microsoft.graph.${event}CustomExtensionHandler/customExtension`;

/**
 * Adds the extensions that version 1.0 of Graph leaves out. Version 1.0 may leave out a handler's extension or the whole handler. So the
 * beta version is asked. If the beta version refuses, the extension stays missing.
 */
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

/** Returns the calls for the extensions that flows call, and for the applications that use the flows for sign-up. */
function flowCalls(graph: GraphClient, beta: GraphClient) {
  /** Returns the id of the extension that a flow calls; null if it calls none, undefined if Graph does not name it. */
  async function readCalled(flowId: string, event: FlowEvent): Promise<string | null | undefined> {
    const handler = (await addMissingExtensions(beta, await graph.get<EventsFlow>(`${FLOWS}/${flowId}`)))[event];
    return handler ? handler.customExtension?.id : null;
  }

  /**
   * Returns true once the flow shows that it calls the extension `to`, or no extension if `to` is null. Returns false if the flow does not
   * show it in time.
   * @throws FlowNotChangedError if the flow calls a third extension, neither `from` nor `to`
   */
  async function shows(flowId: string, event: FlowEvent, { from, to, reads }: FlowCallChange): Promise<boolean> {
    return await readUntil(graph, reads, async () => {
      const calledId = await readCalled(flowId, event);
      // A third extension was set by another run, or by a person in the admin center. This choice is not overwritten.
      if (calledId !== to && calledId !== from && calledId != null) throw new FlowNotChangedError({ status: 409, code: CHANGED_MEANWHILE });
      return calledId === to;
    });
  }

  /**
   * Updates the flow and reads it back. If Graph refuses the update, or if the update has no effect, calls the beta version. A flow's JSON
   * has a property for the event, but Graph's page on updates does not list this property. Microsoft's samples set it by the beta version.
   * @returns the version that changed the flow
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
    /** Returns true if a flow calls the extension, or may call it because Graph does not name the flow's extension. */
    async call(extensionId: string): Promise<boolean> {
      const handlers = (await flows()).flatMap((flow) => flowEvents.flatMap((event) => flow[event] ?? []));
      return handlers.some(({ customExtension }) => customExtension === undefined || customExtension?.id === extensionId);
    },
    /** Client ids of the applications whose people sign up by a flow. */
    async applications(flowId: string): Promise<readonly string[]> {
      const path = `${FLOWS}/${flowId}/conditions/applications/includeApplications`;
      return (await fetchAllPages<{ readonly appId: string }>(graph, path, ["appId"])).map(({ appId }) => appId);
    },
    /** @returns the version of Graph that changed the flow */
    link: (flowId: string, event: FlowEvent, extensionId: string) => change(flowId, event, extensionId),
    /**
     * Resolves only once the flow shows that it calls no extension. If the extension were deleted earlier, the flow would refuse everybody.
     */
    unlink: (flowId: string, event: FlowEvent) => change(flowId, event, undefined),
  };
}

/** Returns the calls that add an attribute to a flow's form, and remove it. */
function flowAttributes(graph: GraphClient) {
  /** Returns Graph's path of the attributes of a flow's form. */
  const attributesPath = (flowId: string) => `${FLOWS}/${flowId}/${FLOW.slice(1)}/onAttributeCollection/${COLLECTION.slice(1)}/attributes`;

  /**
   * Adds an attribute to the flow. Ignores a refusal with status 400 or 409, because Graph refuses an attribute that the flow already has.
   * If Graph refused for another reason, the next update fails.
   * @returns true if this call added the attribute
   */
  async function addAttribute(flowId: string, attribute: string): Promise<boolean> {
    const reference = { "@odata.id": graph.address(`/identity/userFlowAttributes/${attribute}`) };
    const add = () => soon(graph, () => graph.post(`${attributesPath(flowId)}/$ref`, reference));
    return await retryRead(graph, add).then(() => true, unlessRefused(false, 400, 409));
  }

  /**
   * Removes an attribute from the flow. Ignores a refusal with status 400 or 404, because Graph refuses if the flow does not have the
   * attribute.
   */
  async function removeAttribute(flowId: string, attribute: string): Promise<void> {
    const path = `${attributesPath(flowId)}/${encodeURIComponent(attribute)}/$ref`;
    await retryRead(graph, () => graph.delete(path)).catch(refusedWith(400, 404));
  }

  return { addAttribute, removeAttribute };
}

/**
 * Returns the calls for the fields of flows' forms. Pages of Graph's reference disagree: by the newer page, an update neither adds nor
 * removes fields; by older pages, an update replaces all fields. The calls work in both cases. To add a (visible) field or to remove a
 * field, they add or remove its attribute. To set order, visibility and texts, they send one update that names every field. Then they read
 * the flow back.
 */
function flowForms(graph: GraphClient) {
  const { addAttribute, removeAttribute } = flowAttributes(graph);

  async function readViews(id: string): Promise<readonly FlowView[]> {
    const flow = await graph.get<EventsFlow>(`${FLOWS}/${id}`);
    if (flow.id !== id) throw otherForm(graph, "GET", `${FLOWS}/${id}`);
    return flow.onAttributeCollection?.attributeCollectionPage?.views ?? [];
  }

  /** Changes the fields. The update has to name all fields, so the fields are read just before. */
  async function changeInputs(id: string, change: (inputs: readonly FlowInput[]) => readonly FlowInput[]): Promise<void> {
    const [view = {}, ...views] = await readViews(id);
    const changedView = { title: view.title ?? null, description: view.description ?? null, inputs: change(view.inputs ?? []) };
    await patchFlow(graph, id, {
      onAttributeCollection: { "@odata.type": COLLECTION, attributeCollectionPage: { views: [changedView, ...views] } },
    });
  }

  /** Reads the form until `isSo` is true of its fields, at most FORM_READS times. Returns false if `isSo` was never true. */
  async function showsFields(id: string, isSo: (inputs: readonly FlowInput[]) => boolean): Promise<boolean> {
    return await readUntil(graph, FORM_READS, async () => isSo((await readViews(id)).flatMap(({ inputs = [] }) => inputs)));
  }

  /** Throws a FormNotChangedError if `isSo` is not true of the form's fields after FORM_READS reads. */
  async function assertFields(id: string, isSo: (inputs: readonly FlowInput[]) => boolean): Promise<void> {
    if (!(await showsFields(id, isSo))) throw new FormNotChangedError({ status: 204, code: "NotKept" });
  }

  /** Adds fields, or updates the fields of the same attributes. If that fails, removes the attributes added by this call. */
  async function putFields(flowId: string, fields: readonly FlowInput[]): Promise<void> {
    // If the form cannot be read, this line throws before any change.
    await readViews(flowId);
    const addedAttributes: string[] = [];
    for (const { attribute } of fields) if (await addAttribute(flowId, attribute)) addedAttributes.push(attribute);
    try {
      await changeInputs(flowId, (inputs) => withFields(inputs, fields));
      await assertFields(flowId, (inputs) => fields.every((field) => inputs.some((each) => isLike(each, field))));
    } catch (error) {
      // Removes the attributes that this call added. If they stayed, people would see fields that only the policy may fill.
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
    /** Adds a custom attribute with its field to the flow. */
    collectCustom: (flowId: string, input: FlowInput): Promise<void> => putFields(flowId, [input]),
    /** Changes some properties of a field and leaves the others as the operator set them. */
    async changeField(flowId: string, attribute: string, changes: Partial<FlowInput>): Promise<void> {
      await changeInputs(flowId, (inputs) =>
        inputs.map((input) => (isSameText(input.attribute, attribute) ? { ...input, ...changes } : input)),
      );
      await assertFields(flowId, (inputs) => inputs.some((each) => isLike(each, { attribute, ...changes })));
    },
    /**
     * Removes attributes from the flow. If their fields stay in the form, updates the form without these fields. By older pages of Graph's
     * reference, such an update removes fields.
     */
    async stopCollecting(flowId: string, attributes: readonly string[]): Promise<void> {
      const areGone = (inputs: readonly FlowInput[]) => without(inputs, attributes).length === inputs.length;
      for (const attribute of attributes) await removeAttribute(flowId, attribute);
      if (await showsFields(flowId, areGone)) return;
      await changeInputs(flowId, (inputs) => without(inputs, attributes));
      await assertFields(flowId, areGone);
    },
  };
}

/** Reads at most `reads` times, with growing pauses, until `isSo` returns true. Returns false if it never does. */
async function readUntil(graph: GraphClient, reads: number, isSo: () => Promise<boolean>): Promise<boolean> {
  for (let count = 1; ; count++) {
    if (await isSo()) return true;
    if (count === reads) return false;
    await graph.pause(250 * 2 ** (count - 1));
  }
}

/** Maximum number of reads that wait for a changed form. Graph shows the change within seconds. */
const FORM_READS = 5;

/** Returns the fields of `inputs` in their order, except those that `fields` replaces. Then come `fields`. */
function withFields(inputs: readonly FlowInput[], fields: readonly FlowInput[]): readonly FlowInput[] {
  return [
    ...without(
      inputs,
      fields.map(({ attribute }) => attribute),
    ),
    ...fields,
  ];
}

/**
 * Returns true if a field has the given attribute and, if they are given, the same visibility, label and type. Other properties are not
 * compared, because Graph may fill them in or spell them differently.
 */
function isLike(input: FlowInput, { attribute, hidden, label, inputType }: FlowInput): boolean {
  return (
    isSameText(input.attribute, attribute) &&
    (hidden === undefined || (input.hidden ?? false) === hidden) &&
    (label === undefined || input.label === label) &&
    (inputType === undefined || isSameText(input.inputType ?? "", inputType))
  );
}

/** Returns a handler that turns refusals with one of these statuses into undefined. */
function refusedWith(...statuses: readonly number[]): (error: unknown) => undefined {
  return unlessRefused(undefined, ...statuses);
}

/** Returns a handler that turns refusals with one of these statuses into a value. */
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

/** Builds a form's field, by default a text field. */
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
