import { requireVariable, type Variables } from "../../../adapters/aws/environment";
import type { AccessPackage } from "./memberships";

export const arrivalEnvironment = {
  group: "GROUP_ID",
  accessPackage: "ACCESS_PACKAGE_ID",
  assignmentPolicy: "ASSIGNMENT_POLICY_ID",
  /**
   * "true" if the request's sponsor becomes the account's sponsor, otherwise "false". Only functions that find accounts have this variable.
   */
  sponsors: "ARRIVAL_SPONSORS",
  /** The domain under which an external tenant keeps the addresses of local accounts. */
  tenantDomain: "TENANT_DOMAIN",
} as const;

export interface ArrivalGifts {
  readonly groupId: string | undefined;
  readonly accessPackage: AccessPackage | undefined;
  readonly hasSponsors: boolean;
}

export function arrivalGifts(settings: Variables): ArrivalGifts {
  const accessPackageId = settings[arrivalEnvironment.accessPackage];
  return {
    groupId: settings[arrivalEnvironment.group],
    accessPackage:
      accessPackageId === undefined
        ? undefined
        : { accessPackageId, assignmentPolicyId: requireVariable(arrivalEnvironment.assignmentPolicy, settings) },
    hasSponsors: settings[arrivalEnvironment.sponsors] === "true",
  };
}
