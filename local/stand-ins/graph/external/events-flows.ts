import { keepGiven } from "../../../../engine/json";
import { omit } from "../../../../engine/omit";
import { jsonAnswer, noContent, type Received, type StandInAnswer } from "../../outside-system";
import { attributesOf } from "../attributes";
import { sameText, type Tenant } from "../directory";
import { answerObjects, isSeen, missing, modelledBody, type Objects, referredId, replace, withoutSeen } from "../objects";
import { GraphErrorReply } from "../request";
import { emptyExternalTenant, fieldOf, type KeptEventsFlow } from "./kept";

const TYPE = "#microsoft.graph.";
/** Events at which a flow can call an extension. */
const places = ["onAttributeCollectionStart", "onAttributeCollectionSubmit"] as const;
const FLOW = `${TYPE}externalUsersSelfServiceSignUpEventsFlow`;
const SIGN_UP = `${TYPE}onInteractiveAuthFlowStartExternalUsersSelfServiceSignUp`;
const ATTRIBUTES = `${FLOW.slice(1)}/onAttributeCollection/microsoft.graph.onAttributeCollectionExternalUsersSelfServiceSignUp/attributes`;

function flowsOf(tenant: Tenant): Objects<KeptEventsFlow> {
  const { external } = tenant.directory;
  return {
    what: "flow",
    in: external,
    of: "eventsFlows",
    isFoundAtOnce: true,
    show: (flow) => showFlow(tenant, flow),
    create(received) {
      const { displayName } = modelledBody<KeptEventsFlow>(received);
      if (external.eventsFlows.some((each) => sameText(each.displayName, displayName))) throw new GraphErrorReply(400, "BadRequest");
      const [{ id: _, ...model }] = emptyExternalTenant().eventsFlows as [KeptEventsFlow];
      return { ...model, displayName };
    },
    change: (flow, received) => changed(tenant, flow, received),
  };
}

/** /identity/authenticationEventsFlows */
export async function answerEventsFlows(
  tenant: Tenant,
  received: Received,
  version: string,
  id: string,
  rest: readonly string[],
): Promise<StandInAnswer> {
  if (version === "beta") return answerPlace(tenant, received, id, rest);
  if (rest.length === 0) return await answerObjects(flowsOf(tenant), tenant, received, id);
  const flow = tenant.directory.external.eventsFlows.find((each) => each.id === id);
  if (flow === undefined) throw missing();
  switch (`${received.method} ${rest.join("/")}`) {
    case "GET conditions/applications/includeApplications":
      return jsonAnswer(200, { value: flow.applications.map((appId) => ({ appId })) }, "200: applications");
    case `POST ${ATTRIBUTES}/$ref`: {
      const attributeId = referredId(received, "v1.0/identity/userFlowAttributes");
      const attribute = attributesOf(tenant).find((each) => sameText(each.id, attributeId));
      if (attribute === undefined || flow.attributes?.includes(attributeId)) throw new GraphErrorReply(400, "BadRequest");
      return kept(tenant, flow, {
        attributes: [...(flow.attributes ?? []), attributeId],
        ...withField(flow, fieldOf(attribute.id, attribute.displayName)),
      });
    }
    default:
      throw new GraphErrorReply(404, "UnknownError");
  }
}

/** The extension that a flow calls at an event, in the beta version, in the form of Microsoft's samples. */
function answerPlace(tenant: Tenant, received: Received, id: string, path: readonly string[]): StandInAnswer {
  const { external } = tenant.directory;
  const flow = external.eventsFlows.find((each) => each.id === id);
  const [type, name, handler, property, reference] = path;
  const event = places.find((each) => each === name && handler === `${TYPE.slice(1)}${each}CustomExtensionHandler`);
  if (flow === undefined || event === undefined || type !== FLOW.slice(1) || property !== "customExtension") throw missing();
  const isAt = (extensionId: string | undefined) => external.extensions.find((each) => each.id === extensionId && isSeen(each));
  switch (`${received.method} ${reference ?? ""}`) {
    case "GET ": {
      const found = isAt(flow[event]?.customExtension.id);
      if (found === undefined) throw missing();
      return jsonAnswer(200, withoutSeen(found), "200: extension of the flow");
    }
    case "PUT $ref": {
      const found = isAt(referredId(received, "beta/identity/customAuthenticationExtensions"));
      if (found === undefined) throw missing();
      return kept(tenant, flow, {
        [event]: { "@odata.type": `${TYPE}${event}CustomExtensionHandler`, customExtension: { id: found.id } },
      });
    }
    case "DELETE $ref":
      return kept(tenant, flow, { [event]: null });
    default:
      throw new GraphErrorReply(405, "MethodNotAllowed");
  }
}

/**
 * A flow as Graph shows it. Applications are listed separately; the type is spelled as on Graph's page about updates. A tenant whose
 * updates do not keep the extension does not name it either.
 */
function showFlow({ flowHandlers }: Pick<Tenant, "flowHandlers">, kept: KeptEventsFlow): object {
  const flow = omit(kept, "applications", "attributes", "seenFrom");
  const onInteractiveAuthFlowStart = { "@odata.type": SIGN_UP, isSignUpAllowed: true };
  const common = { conditions: { applications: {} }, onInteractiveAuthFlowStart };
  const filled = flowHandlers === "beta" ? places.filter((event) => flow[event] !== null) : [];
  const unnamed = filled.map((event) => [event, { "@odata.type": `${TYPE}${event}CustomExtensionHandler` }]);
  const type = `${TYPE}externalUsersSelfServiceSignupEventsFlow`;
  return { "@odata.type": type, ...common, ...flow, ...Object.fromEntries(unnamed) };
}

interface AttributeCollection {
  readonly attributeCollectionPage: { readonly views: readonly { readonly inputs: readonly { readonly attribute: string }[] }[] };
}

/** Adds a field to the form: Graph creates a visible field for each attribute of a flow. */
function withField(
  { onAttributeCollection }: KeptEventsFlow,
  field: ReturnType<typeof fieldOf>,
): Pick<KeptEventsFlow, "onAttributeCollection"> {
  const collection = onAttributeCollection as AttributeCollection | null;
  const [view, ...views] = collection?.attributeCollectionPage.views ?? [];
  if (collection === null || view === undefined) return { onAttributeCollection };
  const { attributeCollectionPage: page } = collection;
  return {
    onAttributeCollection: {
      ...collection,
      attributeCollectionPage: { ...page, views: [{ ...view, inputs: [...view.inputs, field] }, ...views] },
    },
  };
}

/** Replaces all inputs by those of the body. */
function changed({ directory: { external }, flowHandlers }: Tenant, flow: KeptEventsFlow, received: Received): KeptEventsFlow {
  const {
    "@odata.type": _,
    onAttributeCollectionStart,
    onAttributeCollectionSubmit,
    ...body
  } = modelledBody<Partial<KeptEventsFlow> & { readonly "@odata.type": string }>(received);
  const handlers = {
    ...keepGiven({ onAttributeCollectionStart, onAttributeCollectionSubmit }),
  };
  // A custom attribute must belong to the flow before its form can use it.
  const { attributeCollectionPage: page } = (body.onAttributeCollection ?? {}) as Partial<AttributeCollection>;
  const inputs = page?.views.flatMap((each) => each.inputs) ?? [];
  if (inputs.some(({ attribute }) => attribute.startsWith("extension_") && !flow.attributes?.includes(attribute))) {
    throw new GraphErrorReply(400, "BadRequest");
  }
  for (const handler of Object.values(handlers)) {
    const isThere = external.extensions.some((each) => each.id === handler?.customExtension.id && isSeen(each));
    if (handler && !isThere) throw missing();
  }
  return { ...flow, ...body, ...(flowHandlers === "update" && handlers) };
}

function kept(tenant: Tenant, flow: KeptEventsFlow, change: Partial<KeptEventsFlow>): StandInAnswer {
  replace(flowsOf(tenant), tenant, flow, { ...flow, ...change });
  return noContent("flow");
}
