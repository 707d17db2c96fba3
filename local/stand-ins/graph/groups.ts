import * as v from "valibot";
import type { Received, StandInAnswer } from "../outside-system";
import type { GraphAccount } from "./directory";
import { GraphErrorReply } from "./refusal";
import { parsedBody, told } from "./request";
import type { Tenant } from "./tenant";

const memberSchema = v.strictObject({ "@odata.id": v.pipe(v.string(), v.regex(/\/directoryObjects\/[^/]+$/)) });
const groupsSchema = v.strictObject({ groupIds: v.array(v.string()) });

export function addMember(tenant: Tenant, received: Received, groupId: string): StandInAnswer {
  const { "@odata.id": reference } = parsedBody(received, memberSchema);
  const { id } = tenant.directory.find(reference.slice(reference.lastIndexOf("/") + 1));
  const members = tenant.directory.groups[groupId] ?? [];
  if (members.includes(id)) throw new GraphErrorReply(400, "Request_BadRequest");
  tenant.directory.groups[groupId] = [...members, id];
  tenant.directory.save();
  return { status: 204, body: "", said: "204: member" };
}

export function checkGroups(tenant: Tenant, received: Received, { id }: GraphAccount): StandInAnswer {
  const { groupIds } = parsedBody(received, groupsSchema);
  const value = groupIds.filter((groupId) => tenant.directory.groups[groupId]?.includes(id));
  return told(200, { value }, "200: groups");
}
