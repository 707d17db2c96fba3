import { applicationTexts, domainTexts, refusedDomainTexts } from "../engine/messages/only";
import { valueTexts } from "../engine/messages/values";
import { stageTexts } from "./approvals/stage-texts";
import { approvalTexts } from "./approvals/texts";
import { expiryTexts } from "./expiry/texts";
import { invitationTexts } from "./invitations/texts";
import { limitTexts } from "./limit/texts";
import { ageTexts } from "./minimum-age/texts";
import { oneAccountTexts } from "./one-account/texts";
import { partnerTexts } from "./partners/texts";
import { termsTexts } from "./terms/texts";
import { identityTexts } from "./verify-identity/texts";

// No function may import this: it would bring every text into every bundle. The command line, docs and tests derive from it.

/** Every text that travels with a rule, by reason. A new file of such texts has its line here. */
export const allRuleTexts = {
  ...expiryTexts,
  ...ageTexts,
  ...applicationTexts,
  ...approvalTexts,
  ...domainTexts,
  ...identityTexts,
  ...invitationTexts,
  ...limitTexts,
  ...partnerTexts,
  ...oneAccountTexts,
  ...refusedDomainTexts,
  ...stageTexts,
  ...termsTexts,
  ...valueTexts,
};
