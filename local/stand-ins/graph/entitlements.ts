import { randomUUID } from "node:crypto";
import { jsonAnswer, type Received, type StandInAnswer } from "../outside-system";
import type { Tenant } from "./directory";
import { listGuestPolicies } from "./guest-policies";
import { GraphErrorReply, modelledBody } from "./objects";

interface PackageRequest {
  readonly requestType: string;
  readonly assignment: { readonly targetId: string; readonly assignmentPolicyId: string; readonly accessPackageId: string };
}

/**
 * Answers requests about access packages and lifecycle policies.
 * @param path below `identityGovernance`
 */
export function answerEntitlements(tenant: Tenant, receivedRequest: Received, path: readonly (string | undefined)[]): StandInAnswer {
  const [area, kind, id] = path;
  const request = [receivedRequest.method, area, kind, id && "{id}"].filter((part) => part !== undefined).join(" ");
  switch (request) {
    case "GET entitlementManagement assignmentRequests":
      return listRequests(tenant, receivedRequest.url);
    case "POST entitlementManagement assignmentRequests":
      return makeRequest(tenant, receivedRequest);
    case "GET entitlementManagement assignmentPolicies {id}":
      return jsonAnswer(200, { id }, "200: policy");
    case "GET lifecycleWorkflows lifecyclePolicies":
      return listGuestPolicies(tenant.guestPolicies, tenant.permissions);
    default:
      throw new GraphErrorReply(404, "UnknownError");
  }
}

function listRequests({ directory }: Tenant, { searchParams }: URL): StandInAnswer {
  const literal = "'([^']*)'";
  const form = new RegExp(`^accessPackage/id eq ${literal} and requestor/objectId eq ${literal}$`);
  const [, accessPackageId, targetId] = form.exec(searchParams.get("$filter") ?? "") ?? [];
  if (targetId === undefined) throw new GraphErrorReply(400, "Request_UnsupportedQuery");
  const packageRequests = directory.packages.filter((each) => each.accessPackageId === accessPackageId && each.targetId === targetId);
  const value = packageRequests.map(({ id, state }) => ({ id, requestType: "adminAdd", state, status: state }));
  return jsonAnswer(200, { value }, `200: ${value.length} requests`);
}

function makeRequest({ directory }: Tenant, receivedRequest: Received): StandInAnswer {
  const { requestType, assignment } = modelledBody<PackageRequest>(receivedRequest);
  if (requestType !== "adminAdd") throw new GraphErrorReply(400, "Request_BadRequest");
  const { targetId, accessPackageId } = assignment;
  directory.find(targetId);
  if (directory.packages.some((each) => each.accessPackageId === accessPackageId && each.targetId === targetId)) {
    throw new GraphErrorReply(400, "ExistingOpenRequest");
  }
  const request = { id: randomUUID(), ...assignment, state: "delivered" };
  directory.packages.push(request);
  directory.save();
  return jsonAnswer(201, { id: request.id, requestType, state: "submitted", status: "Accepted" }, "201: request");
}
