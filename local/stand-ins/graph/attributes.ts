import { jsonAnswer, type Received, type StandInAnswer } from "../outside-system";
import { type KeptAttribute, sameText, type Tenant } from "./directory";
import { modelledBody } from "./objects";
import { GraphErrorReply } from "./request";

const builtIn = ["City", "Country", "DisplayName", "GivenName", "JobTitle", "PostalCode", "State", "StreetAddress", "Surname"];
const EXTENSIONS_APP = "0123456789abcdef0123456789abcdef";

export function listTenantAttributes({ extensions = [], directory }: Tenant) {
  const customAttributes = extensions.map((id) => ({
    id,
    displayName: id.replace(/^extension_[0-9a-f]{32}_/, ""),
    userFlowAttributeType: "custom",
  }));
  const texts = [...builtIn.map((id) => ({ id, displayName: id, userFlowAttributeType: "builtIn" })), ...customAttributes];
  return [...texts.map((each) => ({ ...each, description: each.displayName, dataType: "string" })), ...directory.attributes];
}

export function answerAttributes(tenant: Tenant, receivedRequest: Received, id: string): StandInAnswer {
  if (id !== "") throw new GraphErrorReply(404, "ResourceNotFound");
  if (receivedRequest.method === "GET") return jsonAnswer(200, { value: listTenantAttributes(tenant) }, "200: attributes");
  if (receivedRequest.method !== "POST") throw new GraphErrorReply(405, "MethodNotAllowed");
  const body = modelledBody<Pick<KeptAttribute, "displayName" | "description" | "dataType">>(receivedRequest);
  const attribute = { id: `extension_${EXTENSIONS_APP}_${body.displayName.replaceAll(" ", "")}`, ...body, userFlowAttributeType: "custom" };
  if (listTenantAttributes(tenant).some((each) => sameText(each.id, attribute.id))) throw new GraphErrorReply(400, "BadRequest");
  tenant.directory.attributes = [...tenant.directory.attributes, attribute];
  tenant.directory.save();
  return jsonAnswer(201, attribute, "201: attribute");
}
