import type { VerbHooks } from "../../../cli/verb";
import { setRequests } from "../store/set-requests";
import { findRequestId, openApprovals } from "./approver";
import { findLeftWaiting } from "./requests";

export const hooks = {
  explainCode: findRequestId,
  requestsOfSets: (deployment) =>
    deployment.tables.approvals === undefined
      ? undefined
      : setRequests(
          deployment.dynamodb,
          deployment.listChangesTable,
          openApprovals(deployment, () => {}),
        ),
  besideDeny: findLeftWaiting,
} satisfies VerbHooks;
