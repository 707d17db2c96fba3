import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { jsonAnswer, noContent, type Received, type StandInAnswer } from "../../outside-system";
import { isSeen } from "../connectors";
import { sameText, type Tenant } from "../directory";
import { boundedText, GraphErrorReply, parsedBody } from "../request";
import { emptyExternalTenant, type KeptEventsFlow } from "./kept";
import { missing } from "./registrations";

const TYPE = "#microsoft.graph.";
const FLOW = `${TYPE}externalUsersSelfServiceSignUpEventsFlow`;
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
  inputType: v.picklist(["text"]),
  defaultValue: v.nullable(v.string()),
  hidden: v.boolean(),
  editable: v.boolean(),
  writeToDirectory: v.boolean(),
  required: v.boolean(),
  validationRegEx: v.string(),
  options: v.array(v.object({})),
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
  onAttributeCollectionStart: v.optional(handlerOf("onAttributeCollectionStart")),
  onAttributeCollectionSubmit: v.optional(handlerOf("onAttributeCollectionSubmit")),
});
const createSchema = v.strictObject({ "@odata.type": v.literal(FLOW), displayName: boundedText(256) });

/** /identity/authenticationEventsFlows */
export function answerEventsFlows(tenant: Tenant, received: Received, id: string, rest: readonly string[]): StandInAnswer {
  const { external } = tenant.directory;
  const { method } = received;
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
    default:
      throw new GraphErrorReply(404, "UnknownError");
  }
}

/** Applications have a list of their own; the type is spelled as Graph's page on updates has it. */
function shown({ applications: _, ...flow }: KeptEventsFlow): object {
  const conditions = { applications: { includeAllApplications: false } };
  const onInteractiveAuthFlowStart = { isSignUpAllowed: true };
  return { "@odata.type": `${TYPE}externalUsersSelfServiceSignupEventsFlow`, ...flow, conditions, onInteractiveAuthFlowStart };
}

function create({ directory }: Tenant, received: Received): StandInAnswer {
  const { displayName } = parsedBody(received, createSchema);
  const { external } = directory;
  if (external.eventsFlows.some((each) => sameText(each.displayName, displayName))) throw new GraphErrorReply(400, "BadRequest");
  const [model] = emptyExternalTenant().eventsFlows;
  const made = { ...(model as KeptEventsFlow), id: randomUUID(), displayName };
  external.eventsFlows = [...external.eventsFlows, made];
  directory.save();
  return jsonAnswer(201, shown(made), "201: flow");
}

/** All inputs are replaced by those of the body. */
function change({ directory }: Tenant, flow: KeptEventsFlow, received: Received): StandInAnswer {
  const { external } = directory;
  const { "@odata.type": _, ...body } = parsedBody(received, changeSchema);
  for (const handler of [body.onAttributeCollectionStart, body.onAttributeCollectionSubmit]) {
    const isThere = external.extensions.some((each) => each.id === handler?.customExtension.id && isSeen(each));
    if (handler && !isThere) throw missing();
  }
  external.eventsFlows = external.eventsFlows.map((each) => (each === flow ? { ...flow, ...(body as Partial<KeptEventsFlow>) } : each));
  directory.save();
  return noContent("flow");
}
