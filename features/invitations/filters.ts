import { type Filters, momentFilters } from "../../engine/operator/list";
import { requestFilters } from "../approvals/filters";
import { accountFilters } from "../expiry/filters";
import { mailFilters } from "../mails/filters";

/** The filters of invitations, beside gate and state. */
export const invitationFilters = {
  ...{ domain: requestFilters.domain, sponsor: accountFilters.sponsor },
  ...momentFilters,
  ...mailFilters,
} as const satisfies Filters;
