import { jsonAnswer, noContent, type Received, type StandInAnswer } from "../outside-system";
import { answerConnector, showConnector } from "./connectors";
import { answerAttributes, type KeptUserFlow, listTenantAttributes, sameText, type Tenant } from "./directory";
import { answerEventsFlows } from "./external/events-flows";
import { answerExtensions, answerListeners } from "./external/extensions";
import { GraphErrorReply, isSeen, modelledBody, referredId } from "./objects";

/** Kinds of user flow, by path. */
const kinds: Readonly<
  Record<string, { readonly steps: readonly string[]; readonly prefix: string; readonly versions: readonly string[] }>
> = {
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
  const { method } = receivedRequest;
  const [kind = "", id = "", part, item = "", end] = path;
  if (kind === "customAuthenticationExtensions" && version === "v1.0") return answerExtensions(tenant, receivedRequest, id, part);
  if (kind === "authenticationEventListeners") return answerListeners(tenant, receivedRequest, version, id);
  if (kind === "authenticationEventsFlows") return answerEventsFlows(tenant, receivedRequest, version, id, path.slice(2));
  if (kind === "apiConnectors") return answerConnector(tenant, receivedRequest, id, part);
  if (kind === "userFlowAttributes") return answerAttributes(tenant, receivedRequest, id);
  const flowKind = kinds[kind];
  if (flowKind === undefined || !flowKind.versions.includes(version)) throw missing();
  const ids = tenant.userFlows.filter((each) => each.startsWith(flowKind.prefix));
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

function saveFlow({ directory }: Tenant, { id, links, assignments }: Flow, changes: Partial<KeptUserFlow>, what: string): StandInAnswer {
  directory.flows[id] = { links, assignments, ...changes };
  directory.save();
  return noContent(what);
}

function missing(): GraphErrorReply {
  return new GraphErrorReply(404, "ResourceNotFound");
}
