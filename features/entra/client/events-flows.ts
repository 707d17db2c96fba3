import { type GraphClient, GraphError, otherForm } from "../../../adapters/graph/graph";
import { fetchAllPages, ignoreGone, madeOnce, objects, retryRead, soon } from "../../../adapters/graph/patient-calls";
import { buildHandler, type ExtensionEvent, type ExtensionHandler, extensionAddress } from "./authentication-extensions";
import { isSameText } from "./user-flows";

const FLOWS = "/identity/authenticationEventsFlows";
const FLOW = "#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow";
const COLLECTION = "#microsoft.graph.onAttributeCollectionExternalUsersSelfServiceSignUp";

export interface FlowInput {
  readonly attribute: string;
  readonly hidden?: boolean;
  readonly writeToDirectory?: boolean;
  readonly label?: string;
  readonly inputType?: string;
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
 * Every method throws GraphError if Graph refuses.
 * @param beta Graph's beta version, by which Microsoft's samples connect a flow to an extension
 * @default `graph`, which is enough for callers that do not use extensions
 */
export function eventsFlows(graph: GraphClient, beta: GraphClient = graph) {
  return { ...flowCalls(graph, beta), ...flowApplications(graph), ...flowForms(graph) };
}

const patchFlow = (graph: GraphClient, id: string, changes: object) => graph.patch(`${FLOWS}/${id}`, { "@odata.type": FLOW, ...changes });

const buildExtensionPath = (flowId: string, event: FlowEvent) =>
  `${FLOWS}/${flowId}/${FLOW.slice(1)}/${event}/microsoft.graph.${event}CustomExtensionHandler/customExtension`;

/** Version 1.0 of Graph may leave out an extension or its handler. If the beta version refuses, the extension stays missing. */
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

function flowCalls(graph: GraphClient, beta: GraphClient) {
  /** Returns the id of the extension that the flow calls. Null if it calls none, undefined if Graph does not name the extension. */
  async function readCalled(flowId: string, event: FlowEvent): Promise<string | null | undefined> {
    const handler = (await addMissingExtensions(beta, await graph.get<EventsFlow>(`${FLOWS}/${flowId}`)))[event];
    return handler ? handler.customExtension?.id : null;
  }

  /**
   * True once the flow shows that it calls the extension `to`, or none if `to` is null. False if it does not show this in time.
   * @throws FlowNotChangedError if the flow calls a third extension, neither `from` nor `to`
   */
  async function shows(flowId: string, event: FlowEvent, { from, to, reads }: FlowCallChange): Promise<boolean> {
    return await readUntil(graph, reads, async () => {
      const calledId = await readCalled(flowId, event);
      // An extension that is neither `from` nor `to` was set by another run, or by a person in the admin center. It is not overwritten.
      if (calledId !== to && calledId !== from && calledId != null) throw new FlowNotChangedError({ status: 409, code: CHANGED_MEANWHILE });
      return calledId === to;
    });
  }

  /**
   * Updates the flow and reads it back. If Graph refuses or the update has no effect, calls the beta version: Graph's page on updates does
   * not list the event's property, but Microsoft's samples set it by the beta version.
   */
  async function change(flowId: string, event: FlowEvent, extensionId: string | undefined): Promise<"v1.0" | "beta"> {
    const [from, to] = [await readCalled(flowId, event), extensionId ?? null];
    const handler = extensionId === undefined ? null : buildHandler(event, extensionId);
    const update = soon(graph, () => patchFlow(graph, flowId, { [event]: handler })).then(() => true);
    if ((await update.catch(refusedWith(400, 404, 405, 501))) && (await shows(flowId, event, { from, to, reads: 3 }))) return "v1.0";
    const reference = `${buildExtensionPath(flowId, event)}/$ref`;
    // If the update took effect after the reads, nothing is left to unlink, so Graph answers 404. So what the flow shows counts.
    const refusal = await (extensionId === undefined
      ? beta.delete(reference)
      : soon(graph, () => beta.put(reference, { "@odata.id": extensionAddress(beta, extensionId) }))
    ).catch((error: unknown) => {
      if (error instanceof GraphError && [400, 403, 404, 405, 501].includes(error.status)) return error;
      throw error;
    });
    if (!(await shows(flowId, event, { from, to, reads: 5 }))) throw new FlowNotChangedError(refusal ?? { status: 204, code: "NotKept" });
    if (refusal !== undefined) return "v1.0";
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
    /** True if a flow calls this extension, or an extension that Graph does not name. */
    async call(extensionId: string): Promise<boolean> {
      const handlers = (await flows()).flatMap((flow) => flowEvents.flatMap((event) => flow[event] ?? []));
      return handlers.some(({ customExtension }) => customExtension === undefined || customExtension?.id === extensionId);
    },
    /** @returns the version of Graph that changed the flow */
    link: (flowId: string, event: FlowEvent, extensionId: string) => change(flowId, event, extensionId),
    /** Resolves only once the flow shows that it calls no extension. A flow that calls a deleted extension refuses everybody. */
    unlink: (flowId: string, event: FlowEvent) => change(flowId, event, undefined),
  };
}

function flowAttributes(graph: GraphClient) {
  const attributesPath = (flowId: string) => `${FLOWS}/${flowId}/${FLOW.slice(1)}/onAttributeCollection/${COLLECTION.slice(1)}/attributes`;

  /**
   * Ignores a refusal with 400 or 409: the flow may already have the attribute. If Graph refused for another reason, the next update fails.
   * @returns true if this call added the attribute
   */
  async function addAttribute(flowId: string, attribute: string): Promise<boolean> {
    const reference = { "@odata.id": graph.address(`/identity/userFlowAttributes/${attribute}`) };
    const add = () => soon(graph, () => graph.post(`${attributesPath(flowId)}/$ref`, reference));
    return await retryRead(graph, add).then(() => true, defaultIfRefused(false, 400, 409));
  }

  /** Ignores a refusal with status 400 or 404, because Graph refuses if the flow does not have the attribute. */
  async function removeAttribute(flowId: string, attribute: string): Promise<void> {
    const path = `${attributesPath(flowId)}/${encodeURIComponent(attribute)}/$ref`;
    await retryRead(graph, () => graph.delete(path)).catch(refusedWith(400, 404));
  }

  return { addAttribute, removeAttribute };
}

/**
 * Calls that change a form: they add or remove attributes, then send an update with all fields. These two steps work by all pages of
 * Graph's reference. On the newer page, an update neither adds nor removes fields. On older pages, an update replaces all fields.
 */
function flowForms(graph: GraphClient) {
  const { addAttribute, removeAttribute } = flowAttributes(graph);

  async function readViews(id: string): Promise<readonly FlowView[]> {
    const flow = await graph.get<EventsFlow>(`${FLOWS}/${id}`);
    if (flow.id !== id) throw otherForm(graph, "GET", `${FLOWS}/${id}`);
    return flow.onAttributeCollection?.attributeCollectionPage?.views ?? [];
  }

  /** The update has to name all fields, so the fields are read just before. */
  async function changeInputs(id: string, change: (inputs: readonly FlowInput[]) => readonly FlowInput[]): Promise<void> {
    const [view = {}, ...views] = await readViews(id);
    const changedView = { title: view.title ?? null, description: view.description ?? null, inputs: change(view.inputs ?? []) };
    await patchFlow(graph, id, {
      onAttributeCollection: { "@odata.type": COLLECTION, attributeCollectionPage: { views: [changedView, ...views] } },
    });
  }

  async function showsFields(id: string, isSo: (inputs: readonly FlowInput[]) => boolean): Promise<boolean> {
    return await readUntil(graph, FORM_READS, async () => isSo((await readViews(id)).flatMap(({ inputs = [] }) => inputs)));
  }

  async function assertFields(id: string, isSo: (inputs: readonly FlowInput[]) => boolean): Promise<void> {
    if (!(await showsFields(id, isSo))) throw new FormNotChangedError({ status: 204, code: "NotKept" });
  }

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
    collect: (flowId: string, attributes: readonly string[]): Promise<void> =>
      putFields(
        flowId,
        attributes.map((attribute) => buildInput({ attribute, hidden: true })),
      ),
    collectCustom: (flowId: string, input: FlowInput): Promise<void> => putFields(flowId, [input]),
    /** Leaves the other properties as the operator set them. */
    async changeField(flowId: string, attribute: string, changes: Partial<FlowInput>): Promise<void> {
      await changeInputs(flowId, (inputs) =>
        inputs.map((input) => (isSameText(input.attribute, attribute) ? { ...input, ...changes } : input)),
      );
      await assertFields(flowId, (inputs) => inputs.some((each) => isLike(each, { attribute, ...changes })));
    },
    /**
     * Removes the attributes. If the form still shows fields, sends an update without them: by older pages of Graph's reference, this
     * removes the fields.
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

async function readUntil(graph: GraphClient, reads: number, isSo: () => Promise<boolean>): Promise<boolean> {
  for (let count = 1; ; count++) {
    if (await isSo()) return true;
    if (count === reads) return false;
    await graph.pause(250 * 2 ** (count - 1));
  }
}

/** Limit of the reads until Graph shows a changed form. It does so within seconds. */
const FORM_READS = 5;

function withFields(inputs: readonly FlowInput[], fields: readonly FlowInput[]): readonly FlowInput[] {
  return [
    ...without(
      inputs,
      fields.map(({ attribute }) => attribute),
    ),
    ...fields,
  ];
}

/** Compares the attribute and, if given, visibility, label and type. Graph may fill in other properties or spell them differently. */
function isLike(input: FlowInput, { attribute, hidden, label, inputType }: FlowInput): boolean {
  return (
    isSameText(input.attribute, attribute) &&
    (hidden === undefined || (input.hidden ?? false) === hidden) &&
    (label === undefined || input.label === label) &&
    (inputType === undefined || isSameText(input.inputType ?? "", inputType))
  );
}

function refusedWith(...statuses: readonly number[]): (error: unknown) => undefined {
  return defaultIfRefused(undefined, ...statuses);
}

function defaultIfRefused<T>(value: T, ...statuses: readonly number[]): (error: unknown) => T {
  return (error) => {
    if (!(error instanceof GraphError && statuses.includes(error.status))) throw error;
    return value;
  };
}

function flowApplications(graph: GraphClient) {
  const created = objects<EventsFlow>(graph, FLOWS, { names: ["displayName"] });
  const applicationsPath = (flowId: string) => `${FLOWS}/${flowId}/conditions/applications/includeApplications`;
  const applications = async (flowId: string): Promise<readonly string[]> =>
    (await fetchAllPages<{ readonly appId: string }>(graph, applicationsPath(flowId), ["appId"])).map(({ appId }) => appId);

  return {
    /** Returns the client ids of the applications to which people sign up by a flow. */
    applications,
    /** Creates a flow without applications that collects the address and the name. @param providers ids of identity providers */
    async create(displayName: string, providers: readonly string[]): Promise<void> {
      await created.create(newFlow(displayName, providers), (each) => each.displayName === displayName);
    },
    /** Graph refuses an application that another flow has, and one without a service principal. */
    async addApplication(flowId: string, appId: string): Promise<void> {
      const body = { "@odata.type": "#microsoft.graph.authenticationConditionApplication", appId };
      await madeOnce(graph, {
        make: async () => {
          await soon(graph, () => graph.post(applicationsPath(flowId), body));
          return { id: appId };
        },
        find: async () => (await applications(flowId)).filter((each) => isSameText(each, appId)).map((id) => ({ id })),
      });
    },
    removeApplication: (flowId: string, appId: string): Promise<void> => ignoreGone(graph.delete(`${applicationsPath(flowId)}/${appId}`)),
  };
}

function newFlow(displayName: string, providers: readonly string[]): object {
  const fields = [
    { id: "email", label: "Email Address", hidden: true, editable: false, required: true },
    { id: "displayName", label: "Display Name", hidden: false, editable: true, required: false },
  ];
  const inputs = fields.map(({ id: attribute, ...field }) => ({ attribute, ...field, inputType: "text", writeToDirectory: true }));
  return {
    "@odata.type": FLOW,
    displayName,
    onAuthenticationMethodLoadStart: {
      "@odata.type": "#microsoft.graph.onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp",
      identityProviders: providers.map((id) => ({ id })),
    },
    onInteractiveAuthFlowStart: {
      "@odata.type": "#microsoft.graph.onInteractiveAuthFlowStartExternalUsersSelfServiceSignUp",
      isSignUpAllowed: true,
    },
    onAttributeCollection: {
      "@odata.type": COLLECTION,
      attributes: fields.map(({ id, label }) => ({ id, displayName: label, userFlowAttributeType: "builtIn", dataType: "string" })),
      attributeCollectionPage: { views: [{ inputs }] },
    },
  };
}

export function listInputs({ onAttributeCollection }: EventsFlow): readonly FlowInput[] {
  return (onAttributeCollection?.attributeCollectionPage?.views ?? []).flatMap(({ inputs = [] }) => inputs);
}

function without(inputs: readonly FlowInput[], attributes: readonly string[]): readonly FlowInput[] {
  return inputs.filter(({ attribute }) => !attributes.some((each) => isSameText(each, attribute)));
}

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
