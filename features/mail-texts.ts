import { applicantMailNames, applicantMailTexts, approverMailTexts } from "./approvals/mail-texts";
import { accessMailNames, accessMailTexts } from "./expiry/mail-texts";
import { worksAgainNames, worksAgainTexts } from "./inbox/mail-texts";
import { invitationMailNames, invitationMailTexts } from "./invitations/mail-texts";
import { partnerMailTexts } from "./partners/mail-texts";
import { taskMailTexts } from "./tasks/mail-texts";

/** Every text of mails, by the name under which `approvalMail.texts` replaces it. A feature with mails has its line here. */
export const mailTexts = {
  ...applicantMailTexts,
  ...invitationMailTexts,
  ...approverMailTexts,
  ...worksAgainTexts,
  ...taskMailTexts,
  ...partnerMailTexts,
  ...accessMailTexts,
} as const;

/** Names of mail texts that a gate may replace. */
export type WordingName = keyof typeof mailTexts;

const byRule: Readonly<Record<string, readonly string[]>> = { ...applicantMailNames, ...invitationMailNames, ...accessMailNames };

/** The texts of mails to people who sign up, by the rule that makes Gatehouse send them. A feature with such mails has its line here. */
export const mailsToPeople: typeof byRule = Object.fromEntries(
  Object.entries(byRule).map(([rule, names]) => [rule, [...names, ...worksAgainNames]]),
);
