import { applicantMailNames, applicantMailTexts, approverMailTexts } from "./approvals/mail-texts";
import { accessMailNames, accessMailTexts } from "./expiry/mail-texts";
import { invitationMailNames, invitationMailTexts } from "./invitations/mail-texts";
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

/** The texts of mails to people who sign up, by the rule that makes Gatehouse send them. A feature with such mails has its line here. */
export const mailsToPeople: Readonly<Record<string, readonly string[]>> = {
  ...applicantMailNames,
  ...invitationMailNames,
  ...accessMailNames,
};
