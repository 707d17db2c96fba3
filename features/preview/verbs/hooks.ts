import { createDeploymentRows, type Deployment } from "../../../cli/deployment";
import { policyFolderFor } from "../../../cli/policy-folders";
import type { VerbHooks } from "../../../cli/verb";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import type { EditedList, Flips } from "../../access-list/flips";
import { approvalStore } from "../../approvals/store/approvals";
import { decisionStore } from "../../decisions/store/decisions";
import { wouldFlip } from "../store/flips";
import type { Against } from "../store/replay";

export const hooks = { flipsOfEdit } satisfies VerbHooks;

function flipsOfEdit(editedList: EditedList, deployment: Deployment, now: Date): Promise<Flips> {
  return wouldFlip(editedList, {
    decisions: decisionStore(deployment.dynamodb, deployment.decisionsTable),
    read: createDeploymentRows(deployment).read,
    approvals: openRequests(deployment),
    policiesAt: (gate) => loadPolicyFolder(policyFolderFor({ gate }, deployment.policy)).map(({ policy }) => policy),
    hashes: () => deployment.hashes(),
    now,
  });
}

/** A missing table counts as empty. Rows that cannot be read are omitted. */
export function openRequests({ dynamodb, tables, tableOf }: Deployment): Against["approvals"] {
  if (tables.approvals === undefined) return { async *byEmail() {} };
  return approvalStore(dynamodb, tableOf("approvals"), () => undefined);
}
