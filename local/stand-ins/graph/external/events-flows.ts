import { omit } from "../../../../engine/collections";
import { keepGiven } from "../../../../engine/json";
import { jsonAnswer, noContent, type Received, type StandInAnswer } from "../../outside-system";
import { listTenantAttributes, sameText, type Tenant } from "../directory";
import { answerObjects, GraphErrorReply, isSeen, missing, modelledBody, type Objects, omitSeenFrom, referredId, replace } from "../objects";
import { buildFormField, type KeptEventsFlow } from "./stored-objects";

const TYPE = "#microsoft.graph.";
const places = ["onAttributeCollectionStart", "onAttributeCollectionSubmit"] as const;
const FLOW = `${TYPE}externalUsersSelfServiceSignUpEventsFlow`;
const SIGN_UP = `${TYPE}onInteractiveAuthFlowStartExternalUsersSelfServiceSignUp`;
const APPLICATIONS = "conditions/applications/includeApplications";
const PROVIDERS = `${FLOW.slice(1)}/onAuthenticationMethodLoadStart/microsoft.graph.onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp/identityProviders`;
const ATTRIBUTES = `${FLOW.slice(1)}/onAttributeCollection/microsoft.graph.onAttributeCollectionExternalUsersSelfServiceSignUp/attributes`;

function createFlowObjects(tenant: Tenant): Objects<KeptEventsFlow> {
  const { external } = tenant.directory;
  return {
    what: "flow",
    in: external,
    of: "eventsFlows",
    isFoundAtOnce: true,
    show: (flow) => showFlow(tenant, flow),
    create(receivedRequest) {
      const body = modelledBody<
        Partial<KeptEventsFlow> & {
          readonly displayName: string;
          readonly conditions?: { readonly applications?: { readonly includeApplications?: readonly { readonly appId: string }[] } };
        }
      >(receivedRequest);
      const { displayName, onAuthenticationMethodLoadStart, onInteractiveAuthFlowStart, onAttributeCollection = null } = body;
      if (external.eventsFlows.some((each) => sameText(each.displayName, displayName))) throw new GraphErrorReply(400, "BadRequest");
      const applications = (body.conditions?.applications?.includeApplications ?? []).map(({ appId }) => appId);
      for (const appId of applications) assertFree(tenant, appId);
      return {
        displayName,
        applications,
        ...keepGiven({ onAuthenticationMethodLoadStart, onInteractiveAuthFlowStart }),
        onAttributeCollection,
        onAttributeCollectionStart: null,
        onAttributeCollectionSubmit: null,
      };
    },
    change: (flow, receivedRequest) => changeFlow(tenant, flow, receivedRequest),
  };
}

function assertFree({ directory: { external } }: Tenant, appId: string): void {
  if (!external.principals.some((each) => each.appId === appId)) throw new GraphErrorReply(400, "BadRequest");
  if (external.eventsFlows.some(({ applications }) => applications.includes(appId))) throw new GraphErrorReply(409, "Conflict");
}

export async function answerEventsFlows(
  tenant: Tenant,
  receivedRequest: Received,
  version: string,
  id: string,
  rest: readonly string[],
): Promise<StandInAnswer> {
  if (version === "beta") return answerPlace(tenant, receivedRequest, id, rest);
  if (rest.length === 0) return await answerObjects(createFlowObjects(tenant), tenant, receivedRequest, id);
  const flow = tenant.directory.external.eventsFlows.find((each) => each.id === id);
  if (flow === undefined) throw missing();
  const removal = receivedRequest.method === "DELETE" ? /^(.+)\/([^/]+)\/\$ref$/.exec(rest.join("/")) : null;
  if (receivedRequest.method === "DELETE" && rest.slice(0, -1).join("/") === APPLICATIONS) {
    const appId = rest.at(-1) as string;
    if (!flow.applications.includes(appId)) throw missing();
    return saveFlow(tenant, flow, { applications: flow.applications.filter((each) => each !== appId) });
  }
  if (removal?.[1] === ATTRIBUTES) return saveFlow(tenant, flow, removeAttribute(flow, removal[2] as string));
  switch (`${receivedRequest.method} ${rest.join("/")}`) {
    case `GET ${PROVIDERS}`:
      return jsonAnswer(
        200,
        { value: showProviders(flow.onAuthenticationMethodLoadStart?.identityProviders.map((each) => each.id)) },
        "200: providers",
      );
    case `GET ${APPLICATIONS}`:
      return jsonAnswer(200, { value: flow.applications.map((appId) => ({ appId })) }, "200: applications");
    case `POST ${APPLICATIONS}`: {
      const { appId } = modelledBody<{ readonly appId: string }>(receivedRequest);
      assertFree(tenant, appId);
      saveFlow(tenant, flow, { applications: [...flow.applications, appId] });
      return jsonAnswer(201, { appId }, "201: application");
    }
    case `POST ${ATTRIBUTES}/$ref`:
      return saveFlow(tenant, flow, addAttribute(tenant, flow, referredId(receivedRequest, "v1.0/identity/userFlowAttributes")));
    default:
      throw new GraphErrorReply(404, "UnknownError");
  }
}

/** Providers that Entra brings are built in; others are made by the tenant's administrators. */
export function showProviders(ids: readonly string[] = []): readonly object[] {
  return ids.map((id) => ({ "@odata.type": "#microsoft.graph.builtInIdentityProvider", id, displayName: id, identityProviderType: id }));
}

/** Answers requests that only the beta version has. Their form is that of Microsoft's samples. */
function answerPlace(tenant: Tenant, receivedRequest: Received, id: string, path: readonly string[]): StandInAnswer {
  const { external } = tenant.directory;
  const flow = external.eventsFlows.find((each) => each.id === id);
  const [type, name, handler, property, reference] = path;
  const event = places.find((each) => each === name && handler === `${TYPE.slice(1)}${each}CustomExtensionHandler`);
  if (flow === undefined || event === undefined || type !== FLOW.slice(1) || property !== "customExtension") throw missing();
  const isAt = (extensionId: string | undefined) => external.extensions.find((each) => each.id === extensionId && isSeen(each));
  switch (`${receivedRequest.method} ${reference ?? ""}`) {
    case "GET ": {
      const extension = isAt(flow[event]?.customExtension.id);
      if (extension === undefined) throw missing();
      return jsonAnswer(200, omitSeenFrom(extension), "200: extension of the flow");
    }
    case "PUT $ref": {
      const extension = isAt(referredId(receivedRequest, "beta/identity/customAuthenticationExtensions"));
      if (extension === undefined) throw missing();
      return saveFlow(tenant, flow, {
        [event]: { "@odata.type": `${TYPE}${event}CustomExtensionHandler`, customExtension: { id: extension.id } },
      });
    }
    case "DELETE $ref":
      return saveFlow(tenant, flow, { [event]: null });
    default:
      throw new GraphErrorReply(405, "MethodNotAllowed");
  }
}

/** The type is spelled as on Graph's page about updates. If `flowHandlers` is "beta", handlers do not name their extensions. */
function showFlow({ flowHandlers }: Pick<Tenant, "flowHandlers">, keptFlow: KeptEventsFlow): object {
  // Graph's answers do not name the providers.
  const flow = omit(keptFlow, "applications", "attributes", "onAuthenticationMethodLoadStart", "seenFrom");
  const onInteractiveAuthFlowStart = { "@odata.type": SIGN_UP, isSignUpAllowed: true };
  const common = { conditions: { applications: {} }, onInteractiveAuthFlowStart };
  const filledEvents = flowHandlers === "beta" ? places.filter((event) => flow[event] !== null) : [];
  const handlerEntries = filledEvents.map((event) => [event, { "@odata.type": `${TYPE}${event}CustomExtensionHandler` }]);
  const type = `${TYPE}externalUsersSelfServiceSignupEventsFlow`;
  return { "@odata.type": type, ...common, ...flow, ...Object.fromEntries(handlerEntries) };
}

interface Input {
  readonly attribute: string;
}

interface AttributeCollection {
  readonly attributeCollectionPage: { readonly views: readonly { readonly inputs: readonly Input[] }[] };
}

type FormChange = Pick<KeptEventsFlow, "attributes" | "onAttributeCollection">;

function addAttribute(tenant: Tenant, flow: KeptEventsFlow, attributeId: string): FormChange {
  const attribute = listTenantAttributes(tenant).find((each) => sameText(each.id, attributeId));
  if (attribute === undefined || attributeNames(flow).some((each) => sameText(each, attributeId))) {
    throw new GraphErrorReply(400, "BadRequest");
  }
  const name = attribute.userFlowAttributeType === "builtIn" ? attribute.id[0]?.toLowerCase() + attribute.id.slice(1) : attribute.id;
  const field = buildFormField(name, attribute.displayName);
  return { attributes: [...(flow.attributes ?? []), name], ...withInputs(flow, (inputs) => [...inputs, field]) };
}

function removeAttribute(flow: KeptEventsFlow, attributeId: string): FormChange {
  if (!attributeNames(flow).some((each) => sameText(each, attributeId))) throw missing();
  const isOther = (name: string) => !sameText(name, attributeId);
  const form = withInputs(flow, (inputs) => inputs.filter(({ attribute }) => isOther(attribute)));
  return { attributes: (flow.attributes ?? []).filter(isOther), ...form };
}

function attributeNames({ attributes = [], onAttributeCollection }: KeptEventsFlow): readonly string[] {
  return [...attributes, ...inputsIn(onAttributeCollection).map(({ attribute }) => attribute)];
}

function inputsIn(collection: object | null | undefined): readonly Input[] {
  return (collection as AttributeCollection | null | undefined)?.attributeCollectionPage.views.flatMap(({ inputs }) => inputs) ?? [];
}

/** Changes only the first view of the form. */
function withInputs(
  { onAttributeCollection }: KeptEventsFlow,
  change: (inputs: readonly Input[]) => readonly Input[],
): Pick<KeptEventsFlow, "onAttributeCollection"> {
  const collection = onAttributeCollection as AttributeCollection | null;
  const [view, ...views] = collection?.attributeCollectionPage.views ?? [];
  if (collection === null || view === undefined) return { onAttributeCollection };
  const { attributeCollectionPage: page } = collection;
  return {
    onAttributeCollection: {
      ...collection,
      attributeCollectionPage: { ...page, views: [{ ...view, inputs: change(view.inputs) }, ...views] },
    },
  };
}

/** An update changes existing fields, and moves them to the start in its own order. It neither adds nor removes fields. */
function changedForm(flow: KeptEventsFlow, update: object | null): Pick<KeptEventsFlow, "onAttributeCollection"> {
  const namedInputs = inputsIn(update);
  if (flow.onAttributeCollection === null) return { onAttributeCollection: update };
  return withInputs(flow, (inputs) => {
    const find = (all: readonly Input[], name: string) => all.find(({ attribute }) => sameText(attribute, name));
    const changedInputs = namedInputs.flatMap((each) => {
      const input = find(inputs, each.attribute);
      return input === undefined ? [] : [{ ...input, ...each }];
    });
    return [...changedInputs, ...inputs.filter(({ attribute }) => find(namedInputs, attribute) === undefined)];
  });
}

function changeFlow(
  { directory: { external }, flowHandlers, flowFields }: Tenant,
  flow: KeptEventsFlow,
  receivedRequest: Received,
): KeptEventsFlow {
  const {
    "@odata.type": _,
    onAttributeCollectionStart,
    onAttributeCollectionSubmit,
    ...body
  } = modelledBody<Partial<KeptEventsFlow> & { readonly "@odata.type": string }>(receivedRequest);
  const handlers = {
    ...keepGiven({ onAttributeCollectionStart, onAttributeCollectionSubmit }),
  };
  // An update's form may contain a custom attribute only if the flow has the attribute already.
  const isForeign = ({ attribute }: Input) => attribute.startsWith("extension_") && !flow.attributes?.includes(attribute);
  if (inputsIn(body.onAttributeCollection).some(isForeign)) throw new GraphErrorReply(400, "BadRequest");
  for (const handler of Object.values(handlers)) {
    const isThere = external.extensions.some((each) => each.id === handler?.customExtension.id && isSeen(each));
    if (handler && !isThere) throw missing();
  }
  const { onAttributeCollection: update } = body;
  const form = update === undefined || flowFields === "replace" ? {} : changedForm(flow, update);
  return { ...flow, ...body, ...form, ...(flowHandlers === "update" && handlers) };
}

function saveFlow(tenant: Tenant, flow: KeptEventsFlow, change: Partial<KeptEventsFlow>): StandInAnswer {
  replace(createFlowObjects(tenant), tenant, flow, { ...flow, ...change });
  return noContent("flow");
}
