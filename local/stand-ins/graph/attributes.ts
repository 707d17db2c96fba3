import { jsonAnswer, type Received, type StandInAnswer } from "../outside-system";
import { type KeptAttribute, sameText, type Tenant } from "./directory";
import { modelledBody } from "./objects";
import { GraphErrorReply } from "./request";

const builtIn = ["City", "Country", "DisplayName", "GivenName", "JobTitle", "PostalCode", "State", "StreetAddress", "Surname"];
/** The app that registers custom attributes. */
const EXTENSIONS_APP = "0123456789abcdef0123456789abcdef";

/** Built-in attributes, the tenant's known custom ones, and those that were created here. */
export function listTenantAttributes({ extensions = [], directory }: Tenant) {
  const known = extensions.map((id) => ({ id, displayName: id.replace(/^extension_[0-9a-f]{32}_/, ""), userFlowAttributeType: "custom" }));
  const texts = [...builtIn.map((id) => ({ id, displayName: id, userFlowAttributeType: "builtIn" })), ...known];
  return [...texts.map((each) => ({ ...each, description: each.displayName, dataType: "string" })), ...directory.attributes];
}

/** /identity/userFlowAttributes */
export function answerAttributes(tenant: Tenant, received: Received, id: string): StandInAnswer {
  if (id !== "") throw new GraphErrorReply(404, "ResourceNotFound");
  if (received.method === "GET") return jsonAnswer(200, { value: listTenantAttributes(tenant) }, "200: attributes");
  if (received.method !== "POST") throw new GraphErrorReply(405, "MethodNotAllowed");
  const body = modelledBody<Pick<KeptAttribute, "displayName" | "description" | "dataType">>(received);
  const made = { id: `extension_${EXTENSIONS_APP}_${body.displayName.replaceAll(" ", "")}`, ...body, userFlowAttributeType: "custom" };
  if (listTenantAttributes(tenant).some((each) => sameText(each.id, made.id))) throw new GraphErrorReply(400, "BadRequest");
  tenant.directory.attributes = [...tenant.directory.attributes, made];
  tenant.directory.save();
  return jsonAnswer(201, made, "201: attribute");
}
