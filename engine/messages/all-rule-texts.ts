import { accessTexts } from "./access";
import { ageTexts } from "./age";
import { approvalTexts } from "./approval";
import { identityTexts } from "./identity";
import { invitationTexts } from "./invitation";
import { limitTexts } from "./limit";
import { oneAccountTexts } from "./one-account";
import { applicationTexts, domainTexts, refusedDomainTexts } from "./only";
import { partnerTexts } from "./partners";
import { stageTexts } from "./stages";
import { termsTexts } from "./terms";
import { valueTexts } from "./values";

// No function may import this: it would bring every text into every bundle. The command line, docs and tests derive from it.

/** Every text that travels with a rule, by reason. A new file of such texts has its line here. */
export const allRuleTexts = {
  ...accessTexts,
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
