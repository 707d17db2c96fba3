import { jsonAnswer, type StandInAnswer } from "../outside-system";

const roles = ["Directory.ReadWrite.All", "User.Invite.All", "User.ReadWrite.All", "User.Create"].map((value, index) => ({
  id: `00000000-0000-4000-8000-00000000000${index + 1}`,
  value,
}));
const making = [{ id: "1", appRoleId: roles[2]?.id, principalDisplayName: "Gatehouse approvals" }];

const GRAPH = "servicePrincipals(appId='00000003-0000-0000-c000-000000000000')";

/** Answers by path, as in a new tenant that has an application for approved accounts. */
const answers: Readonly<Record<string, object>> = {
  "policies/authorizationPolicy": { allowInvitesFrom: "everyone", allowEmailVerifiedUsersToJoinOrganization: false },
  "policies/crossTenantAccessPolicy/partners": { value: [] },
  "directory/federationConfigurations/graph.samlOrWsFedExternalDomainFederation": { value: [] },
  "identityGovernance/entitlementManagement/assignmentPolicies": { value: [] },
  [GRAPH]: { appRoles: roles },
  [`${GRAPH}/appRoleAssignedTo`]: { value: making },
};

/** Answers requests about ways to get an account. Undefined for any other request. @param path below the version */
export function answerDoors(method: string, path: string): StandInAnswer | undefined {
  const answer = method === "GET" ? answers[path] : undefined;
  return answer && jsonAnswer(200, answer, "200: ways to get an account");
}
