import { applicationTexts, domainTexts, refusedDomainTexts } from "../engine/messages/only";
import { schemaTexts } from "../engine/messages/schema";
import { valueTexts } from "../engine/messages/values";
import { noSponsor, stageTexts } from "./approvals/stage-texts";
import { approvalTexts } from "./approvals/texts";
import { expiryTexts } from "./expiry/texts";
import { invitationTexts } from "./invitations/texts";
import { limitTexts } from "./limit/texts";
import { ageTexts } from "./minimum-age/texts";
import { oneAccountTexts, signedUpTexts } from "./one-account/texts";
import { providerTexts } from "./only-providers/texts";
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
  ...providerTexts,
  ...oneAccountTexts,
  ...refusedDomainTexts,
  ...stageTexts,
  ...termsTexts,
  ...valueTexts,
};

/** More exact texts than the reason's, by variant, and the rule that gives them: what `wording` of a verdict names. */
export const textVariants = [
  { rule: "validate", reason: "attribute.invalid", texts: schemaTexts },
  { rule: "request-approval", reason: "attribute.invalid", texts: { sponsor: noSponsor } },
  { rule: "one-account", reason: "account.exists", texts: signedUpTexts },
] as const;
