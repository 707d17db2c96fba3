import type { Deployment } from "../../../cli/deployment";
import { approvalStore } from "../../approvals/store/approvals";
import type { Against } from "../store/replay";

/** Opens the requests of a deployment. A missing table counts as empty; rows that cannot be read are omitted. */
export function openRequests({ dynamodb, tables, tableOf }: Deployment): Against["approvals"] {
  if (tables.approvals === undefined) return { async *byEmail() {} };
  return approvalStore(dynamodb, tableOf("approvals"), () => undefined);
}
