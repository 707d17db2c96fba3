import type { StackFeature } from "../../lib/feature";
import { auditTrailFeature } from "../audit/stack/audit-trail";
import { decisionsFeature } from "../decisions/stack/decisions";
import { POSTURE } from "./posture";

/** How gates are set: a row a gate in the table of decisions. */
export const postureFeature: StackFeature<object, void> = {
  name: "posture",
  build(scope) {
    const publisher = scope.built(decisionsFeature);
    if (publisher === undefined) return;
    // The trail says who set a gate: the stream's other reader counts.
    scope.built(auditTrailFeature)?.grantTell(publisher);
    scope.records.grantPersonKey(publisher);
  },
  grantPages(pages, { tables }) {
    tables.decisions.grantRowsUnder(pages, POSTURE, "PutItem");
  },
};
