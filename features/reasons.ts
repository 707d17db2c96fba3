import { ownReasons } from "../engine/messages/own-reasons";
import type { ReasonWords } from "../engine/messages/reason-words";
import { accessListReasons } from "./access-list/reasons";
import { approvalsReasons } from "./approvals/reasons";
import { expiryReasons } from "./expiry/reasons";
import { invitationsReasons } from "./invitations/reasons";
import { limitReasons } from "./limit/reasons";
import { lookupReasons } from "./lookup/reasons";
import { minimumAgeReasons } from "./minimum-age/reasons";
import { notDomainsReasons } from "./not-domains/reasons";
import { oneAccountReasons } from "./one-account/reasons";
import { onlyApplicationsReasons } from "./only-applications/reasons";
import { onlyDomainsReasons } from "./only-domains/reasons";
import { partnersReasons } from "./partners/reasons";
import { permittedValueReasons } from "./permitted-value/reasons";
import { postureReasons } from "./posture/reasons";
import { termsReasons } from "./terms/reasons";
import { verifyIdentityReasons } from "./verify-identity/reasons";

/** What operators read of every reason of Gatehouse and its rules. */
export const reasonWords: ReasonWords = {
  ...ownReasons,
  ...minimumAgeReasons,
  ...accessListReasons,
  ...onlyApplicationsReasons,
  ...onlyDomainsReasons,
  ...partnersReasons,
  ...notDomainsReasons,
  ...permittedValueReasons,
  ...lookupReasons,
  ...verifyIdentityReasons,
  ...oneAccountReasons,
  ...invitationsReasons,
  ...expiryReasons,
  ...limitReasons,
  ...termsReasons,
  ...postureReasons,
  ...approvalsReasons,
};
