import { makeMember } from "../../../adapters/operator/world";
import type { VerbHooks } from "../../../cli/verb";
import { operatorPlace } from "../../../cli/view";
import { requestsOfSets } from "../world";
import { findLeftWaiting, findRequestId } from "./requests";

export const hooks = {
  explainCode: findRequestId,
  requestsOfSets: (deployment) =>
    deployment.tables.approvals === undefined ? undefined : makeMember(requestsOfSets, operatorPlace(deployment)),
  besideDeny: findLeftWaiting,
} satisfies VerbHooks;
