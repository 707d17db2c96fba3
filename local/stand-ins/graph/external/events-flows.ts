import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { jsonAnswer, noContent, type Received, type StandInAnswer } from "../../outside-system";
import { attributesOf } from "../attributes";
import { isSeen } from "../connectors";
import { type Directory, sameText, type Tenant } from "../directory";
import { boundedText, GraphErrorReply, parsedBody } from "../request";
import { emptyExternalTenant, fieldOf, type KeptEventsFlow } from "./kept";
import { missing, withoutSeen } from "./registrations";

const TYPE = "#microsoft.graph.";
/** Events at which a flow can call an extension. */
const places = ["onAttributeCollectionStart", "onAttributeCollectionSubmit"] as const;
const FLOW = `${TYPE}externalUsersSelfServiceSignUpEventsFlow`;
const SIGN_UP = `${TYPE}onInteractiveAuthFlowStartExternalUsersSelfServiceSignUp`;
const handlerOf = (event: string) =>
  v.nullable(
    v.strictObject({
      "@odata.type": v.literal(`${TYPE}${event}CustomExtensionHandler`),
      customExtension: v.strictObject({ id: v.string() }),
    }),
  );
const input = v.strictObject({
  attribute: boundedText(256),
  label: boundedText(256),
  inputType: v.picklist(["text", "boolean", "radioSingleSelect", "checkboxMultiSelect"]),
  defaultValue: v.nullable(v.string()),
  hidden: v.boolean(),
  editable: v.boolean(),
  writeToDirectory: v.boolean(),
  required: v.boolean(),
  validationRegEx: v.string(),
  options: v.array(v.strictObject({ label: v.string(), value: v.string() })),
});
const view = v.strictObject({ title: v.nullable(v.string()), description: v.nullable(v.string()), inputs: v.array(input) });
const changeSchema = v.strictObject({
  "@odata.type": v.literal(FLOW),
  displayName: v.optional(boundedText(256)),
  onAttributeCollection: v.optional(
    v.strictObject({
      "@odata.type": v.literal(`${TYPE}onAttributeCollectionExternalUsersSelfServiceSignUp`),
      attributeCollectionPage: v.strictObject({ views: v.array(view) }),
    }),
  ),
  onInteractiveAuthFlowStart: v.optional(
    v.strictObject({
      "@odata.type": v.literal(SIGN_UP),
      isSignUpAllowed: v.boolean(),
    }),
  ),
  onAttributeCollectionStart: v.optional(handlerOf("onAttributeCollectionStart")),
  onAttributeCollectionSubmit: v.optional(handlerOf("onAttributeCollectionSubmit")),
});
const createSchema = v.strictObject({ "@odata.type": v.literal(FLOW), displayName: boundedText(256) });

const ATTRIBUTES = `${FLOW.slice(1)}/onAttributeCollection/microsoft.graph.onAttributeCollectionExternalUsersSelfServiceSignUp/attributes`;
const attributeReference = v.strictObject({ "@odata.id": v.pipe(v.string(), v.regex(/\/v1\.0\/identity\/userFlowAttributes\/[^/]+$/)) });
const referenceSchema = v.strictObject({
  "@odata.id": v.pipe(v.string(), v.regex(/\/beta\/identity\/customAuthenticationExtensions\/[^/]+$/)),
});

/** /identity/authenticationEventsFlows */
export function answerEventsFlows(tenant: Tenant, received: Received, version: string, id: string, rest: readonly string[]): StandInAnswer {
  const { external } = tenant.directory;
  const { method } = received;
  if (version === "beta") return answerPlace(tenant, received, id, rest);
  const shown = (flow: KeptEventsFlow) => shownBy(tenant, flow);
  if (id === "" && method === "GET") return jsonAnswer(200, { value: external.eventsFlows.map(shown) }, "200: flows");
  if (id === "" && method === "POST") return create(tenant, received);
  const flow = external.eventsFlows.find((each) => each.id === id);
  if (flow === undefined) throw missing();
  switch (`${method} ${rest.join("/")}`) {
    case "GET ":
      return jsonAnswer(200, shown(flow), "200: flow");
    case "GET conditions/applications/includeApplications":
      return jsonAnswer(200, { value: flow.applications.map((appId) => ({ appId })) }, "200: applications");
    case "PATCH ":
      return change(tenant, flow, received);
    case `POST ${ATTRIBUTES}/$ref`: {
      const id = parsedBody(received, attributeReference)["@odata.id"].split("/").at(-1) as string;
      const attribute = attributesOf(tenant).find((each) => sameText(each.id, id));
      if (attribute === undefined || flow.attributes?.includes(id)) throw new GraphErrorReply(400, "BadRequest");
      return kept(tenant.directory, flow, {
        attributes: [...(flow.attributes ?? []), id],
        ...withField(flow, fieldOf(attribute.id, attribute.displayName)),
      });
    }
    case "DELETE ":
      external.eventsFlows = external.eventsFlows.filter((each) => each !== flow);
      tenant.directory.save();
      return noContent("flow");
    default:
      throw new GraphErrorReply(404, "UnknownError");
  }
}

/** The extension that a flow calls at an event, in the beta version, in the form of Microsoft's samples. */
function answerPlace({ directory }: Tenant, received: Received, id: string, path: readonly string[]): StandInAnswer {
  const { external } = directory;
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
      const found = isAt(parsedBody(received, referenceSchema)["@odata.id"].split("/").at(-1));
      if (found === undefined) throw missing();
      return kept(directory, flow, {
        [event]: { "@odata.type": `${TYPE}${event}CustomExtensionHandler`, customExtension: { id: found.id } },
      });
    }
    case "DELETE $ref":
      return kept(directory, flow, { [event]: null });
    default:
      throw new GraphErrorReply(405, "MethodNotAllowed");
  }
}

/**
 * A flow as Graph shows it. Applications are listed separately; the type is spelled as on Graph's page about updates. A tenant whose
 * updates do not keep the extension does not name it either.
 */
function shownBy({ flowHandlers }: Pick<Tenant, "flowHandlers">, { applications: _, attributes: __, ...flow }: KeptEventsFlow): object {
  const onInteractiveAuthFlowStart = { "@odata.type": SIGN_UP, isSignUpAllowed: true };
  const common = { conditions: { applications: {} }, onInteractiveAuthFlowStart };
  const filled = flowHandlers === "beta" ? places.filter((event) => flow[event] !== null) : [];
  const unnamed = filled.map((event) => [event, { "@odata.type": `${TYPE}${event}CustomExtensionHandler` }]);
  const type = `${TYPE}externalUsersSelfServiceSignupEventsFlow`;
  return { "@odata.type": type, ...common, ...flow, ...Object.fromEntries(unnamed) };
}

/** Adds a field to the form: Graph creates a visible field for each attribute of a flow. */
function withField({ onAttributeCollection }: KeptEventsFlow, field: object): Pick<KeptEventsFlow, "onAttributeCollection"> {
  const collection = onAttributeCollection as { attributeCollectionPage: { views: readonly { inputs: readonly object[] }[] } } | null;
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

function create(tenant: Tenant, received: Received): StandInAnswer {
  const { displayName } = parsedBody(received, createSchema);
  const { directory } = tenant;
  const { external } = directory;
  if (external.eventsFlows.some((each) => sameText(each.displayName, displayName))) throw new GraphErrorReply(400, "BadRequest");
  const [model] = emptyExternalTenant().eventsFlows;
  const made = { ...(model as KeptEventsFlow), id: randomUUID(), displayName };
  external.eventsFlows = [...external.eventsFlows, made];
  directory.save();
  return jsonAnswer(201, shownBy(tenant, made), "201: flow");
}

/** Replaces all inputs by those of the body. */
function change({ directory, flowHandlers }: Tenant, flow: KeptEventsFlow, received: Received): StandInAnswer {
  const { "@odata.type": _, onAttributeCollectionStart, onAttributeCollectionSubmit, ...body } = parsedBody(received, changeSchema);
  const handlers = {
    ...(onAttributeCollectionStart !== undefined && { onAttributeCollectionStart }),
    ...(onAttributeCollectionSubmit !== undefined && { onAttributeCollectionSubmit }),
  };
  // A custom attribute must belong to the flow before its form can use it.
  const inputs = body.onAttributeCollection?.attributeCollectionPage.views.flatMap((each) => each.inputs) ?? [];
  if (inputs.some(({ attribute }) => attribute.startsWith("extension_") && !flow.attributes?.includes(attribute))) {
    throw new GraphErrorReply(400, "BadRequest");
  }
  for (const handler of Object.values(handlers)) {
    const isThere = directory.external.extensions.some((each) => each.id === handler?.customExtension.id && isSeen(each));
    if (handler && !isThere) throw missing();
  }
  return kept(directory, flow, { ...(body as Partial<KeptEventsFlow>), ...(flowHandlers === "update" && handlers) });
}

function kept(directory: Directory, flow: KeptEventsFlow, changed: Partial<KeptEventsFlow>): StandInAnswer {
  const { external } = directory;
  external.eventsFlows = external.eventsFlows.map((each) => (each === flow ? { ...flow, ...changed } : each));
  directory.save();
  return noContent("flow");
}
