import { jsonAnswer, noContent, type Received, type StandInAnswer } from "../outside-system";
import { answerConnector, showConnector } from "./connectors";
import { answerAttributes, type KeptSignUpListener, type KeptUserFlow, listTenantAttributes, sameText, type Tenant } from "./directory";
import { answerEventsFlows, showProviders } from "./external/events-flows";
import { answerExtensions, answerListeners } from "./external/extensions";
import { answerObjects, GraphErrorReply, isSeen, modelledBody, type Objects, referredId } from "./objects";

interface FlowKind {
  readonly steps: readonly string[];
  readonly prefix: string;
  readonly versions: readonly string[];
}

const kinds: Readonly<Record<string, FlowKind>> = {
  b2xUserFlows: { steps: ["postFederationSignup", "postAttributeCollection"], prefix: "B2X_1_", versions: ["v1.0", "beta"] },
  b2cUserFlows: {
    steps: ["postFederationSignup", "postAttributeCollection", "preTokenIssuance"],
    prefix: "B2C_1_",
    versions: ["beta"],
  },
};

/** @param path below /identity */
export function answerIdentity(
  tenant: Tenant,
  receivedRequest: Received,
  version: string,
  path: readonly string[],
): StandInAnswer | Promise<StandInAnswer> {
  const [kind = "", id = "", part] = path;
  if (kind === "customAuthenticationExtensions" && version === "v1.0") return answerExtensions(tenant, receivedRequest, id, part);
  if (kind === "authenticationEventListeners") return answerListeners(tenant, receivedRequest, version, id);
  if (kind === "authenticationEventsFlows") return answerEventsFlows(tenant, receivedRequest, version, id, path.slice(2));
  if (kind === "apiConnectors") return answerConnector(tenant, receivedRequest, id, part);
  if (kind === "userFlowAttributes") return answerAttributes(tenant, receivedRequest, id);
  if (kind === "events" && id === "onSignupStart" && version === "beta" && !tenant.isSignupStartGone) {
    return answerObjects(createListenerObjects(tenant), tenant, receivedRequest, part);
  }
  const flowKind = kinds[kind];
  if (flowKind === undefined || !flowKind.versions.includes(version)) throw missing();
  return answerUserFlows(tenant, receivedRequest, flowKind, path);
}

function answerUserFlows(
  tenant: Tenant,
  receivedRequest: Received,
  flowKind: FlowKind,
  [kind, id = "", part, item = "", end]: readonly string[],
): StandInAnswer {
  const { method } = receivedRequest;
  const ids = listFlows(tenant).filter((each) => each.startsWith(flowKind.prefix));
  if (id === "" && method === "POST" && kind === "b2xUserFlows") return createFlow(tenant, receivedRequest);
  if (id === "" && method === "GET")
    return jsonAnswer(
      200,
      { value: ids.map((each) => ({ id: each, userFlowType: "signUpOrSignIn", userFlowTypeVersion: 1 })) },
      "200: user flows",
    );
  const flowId = ids.find((each) => sameText(each, id));
  if (flowId === undefined) throw missing();
  const flow = { id: flowId, ...(tenant.directory.flows[flowId] ?? { links: {}, assignments: [] }) };
  switch (`${method} ${part} ${end ?? ""}`) {
    case "GET apiConnectorConfiguration ": {
      if (item === "") return jsonAnswer(200, buildConnectorConfiguration(tenant, flow, receivedRequest.url), "200: links");
      const connector = tenant.directory.connectors.find((each) => each.id === flow.links[item]);
      if (connector === undefined) throw missing();
      return jsonAnswer(200, showConnector(connector), "200: link");
    }
    case "PUT apiConnectorConfiguration $ref":
      if (!flowKind.steps.includes(item)) throw new GraphErrorReply(400, "BadRequest");
      return link(tenant, receivedRequest, flow, item);
    case "GET userFlowIdentityProviders ":
      return jsonAnswer(200, { value: showProviders(flow.providers) }, "200: providers");
    case "GET userAttributeAssignments ":
      return jsonAnswer(200, { value: flow.assignments }, "200: assignments");
    case "POST userAttributeAssignments ":
      return assign(tenant, receivedRequest, flow);
    case "DELETE userAttributeAssignments ":
      if (!flow.assignments.some((each) => each.id === item)) throw missing();
      return saveFlow(tenant, flow, { assignments: flow.assignments.filter((each) => each.id !== item) }, "assignment");
    default:
      throw new GraphErrorReply(404, "UnknownError");
  }
}

function listFlows({ userFlows, directory }: Tenant): readonly string[] {
  return [...new Set([...userFlows, ...Object.keys(directory.flows)])];
}

interface NewFlow {
  readonly id: string;
  readonly userFlowType: string;
  readonly userFlowTypeVersion: number;
  readonly identityProviders?: readonly { readonly id: string }[];
  readonly apiConnectorConfiguration?: Readonly<Record<string, { readonly "@odata.id": string }>>;
}

function createFlow(tenant: Tenant, receivedRequest: Received): StandInAnswer {
  const body = modelledBody<NewFlow>(receivedRequest);
  const { userFlowType, userFlowTypeVersion, identityProviders = [], apiConnectorConfiguration = {} } = body;
  const id = `B2X_1_${body.id}`;
  const isValid =
    /^[A-Za-z0-9_]+$/.test(body.id) && !/^b2x_/i.test(body.id) && userFlowType === "signUpOrSignIn" && userFlowTypeVersion === 1;
  if (!isValid || listFlows(tenant).some((each) => sameText(each, id))) throw new GraphErrorReply(400, "BadRequest");
  const links = Object.entries(apiConnectorConfiguration).map(([step, { "@odata.id": address }]) => {
    const connector = tenant.directory.connectors.find((each) => address.endsWith(`/identity/apiConnectors/${each.id}`) && isSeen(each));
    if (connector === undefined) throw new GraphErrorReply(400, "BadRequest");
    return [step, connector.id] as const;
  });
  tenant.directory.flows[id] = { links: Object.fromEntries(links), assignments: [], providers: identityProviders.map((each) => each.id) };
  tenant.directory.save();
  return jsonAnswer(201, { id, userFlowType, userFlowTypeVersion, apiConnectorConfiguration: {} }, "201: user flow");
}

function createListenerObjects(tenant: Tenant): Objects<KeptSignUpListener> {
  const LISTENER = "#microsoft.graph.invokeUserFlowListener";
  const { directory } = tenant;
  const assertFree = ({ includeApplications }: KeptSignUpListener["sourceFilter"], own?: KeptSignUpListener) => {
    const others = directory.signUpListeners.filter((each) => each !== own).flatMap((each) => each.sourceFilter.includeApplications);
    if (includeApplications.some((appId) => others.some((each) => sameText(each, appId)))) throw new GraphErrorReply(400, "BadRequest");
  };
  return {
    what: "listener",
    in: directory,
    of: "signUpListeners",
    show: ({ id, priority, sourceFilter, userFlow }) => ({ "@odata.type": LISTENER, id, priority, sourceFilter, userFlow }),
    create(receivedRequest) {
      const { priority, sourceFilter, userFlow } = modelledBody<KeptSignUpListener>(receivedRequest);
      if (!listFlows(tenant).some((each) => sameText(each, userFlow.id))) throw missing();
      assertFree(sourceFilter);
      return { priority, sourceFilter, userFlow };
    },
    change(listener, receivedRequest) {
      const { sourceFilter = listener.sourceFilter } = modelledBody<Partial<KeptSignUpListener>>(receivedRequest);
      assertFree(sourceFilter, listener);
      return { ...listener, sourceFilter };
    },
  };
}

interface Flow extends KeptUserFlow {
  readonly id: string;
}

/** Contains only steps that the request expands. A step that calls nothing is null. */
function buildConnectorConfiguration({ directory }: Tenant, { links }: Flow, url: URL): object {
  const steps = url.searchParams.get("$expand")?.split(",") ?? [];
  const connectorsByStep = steps.map((step) => [step, directory.connectors.find(({ id }) => id === links[step])] as const);
  return {
    "@odata.context": `${url.origin}/$metadata#apiConnectorConfiguration`,
    ...Object.fromEntries(connectorsByStep.map(([step, connector]) => [step, connector === undefined ? null : showConnector(connector)])),
  };
}

function link(tenant: Tenant, receivedRequest: Received, flow: Flow, step: string): StandInAnswer {
  const { [step]: _, ...others } = flow.links;
  if (!("@odata.id" in modelledBody<object>(receivedRequest))) return saveFlow(tenant, flow, { links: others }, "unlinked");
  const id = referredId(receivedRequest, "v1.0/identity/apiConnectors", "beta/identity/apiConnectors");
  const connector = tenant.directory.connectors.find((each) => each.id === id);
  if (connector === undefined || !isSeen(connector)) throw missing();
  return saveFlow(tenant, flow, { links: { ...others, [step]: connector.id } }, "linked");
}

function assign(tenant: Tenant, receivedRequest: Received, flow: Flow): StandInAnswer {
  const { userAttribute, ...assignment } = modelledBody<{ readonly userAttribute: { readonly id: string } }>(receivedRequest);
  const attribute = listTenantAttributes(tenant).find(({ id }) => id === userAttribute.id);
  if (attribute === undefined || flow.assignments.some(({ id }) => id === attribute.id)) throw new GraphErrorReply(400, "BadRequest");
  const newAssignment = { id: attribute.id, ...assignment };
  saveFlow(tenant, flow, { assignments: [...flow.assignments, newAssignment] }, "assignment");
  return jsonAnswer(201, newAssignment, "201: assignment");
}

function saveFlow({ directory }: Tenant, { id, ...flow }: Flow, changes: Partial<KeptUserFlow>, what: string): StandInAnswer {
  directory.flows[id] = { ...flow, ...changes };
  directory.save();
  return noContent(what);
}

function missing(): GraphErrorReply {
  return new GraphErrorReply(404, "ResourceNotFound");
}
