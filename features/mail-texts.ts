import { applicantMailTexts, approverMailTexts } from "./approvals/mail-texts";
import { accessMailTexts } from "./expiry/mail-texts";
import { invitationMailTexts } from "./invitations/mail-texts";
import { partnerMailTexts } from "./partners/mail-texts";
import { taskMailTexts } from "./tasks/mail-texts";

/** Every text of mails, by the name under which `approvalMail.texts` replaces it. A feature with mails has its line here. */
export const mailTexts = {
  ...applicantMailTexts,
  ...invitationMailTexts,
  ...approverMailTexts,
  ...taskMailTexts,
  ...partnerMailTexts,
  ...accessMailTexts,
} as const;

export type WordingName = keyof typeof mailTexts;
