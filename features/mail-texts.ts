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

/** The texts of mails to people who sign up, by the rule that makes Gatehouse send them. */
export const mailsToPeople: Readonly<Record<string, readonly WordingName[]>> = {
  "request-approval": [...namesOf(applicantMailTexts), "created.link", "label.reference"],
  invited: ["invitation.subject", "invitation.text", "invitation.link", "label.email", "label.code", "label.sponsor", "label.reference"],
  expiry: [...namesOf(accessMailTexts).filter((name) => !/^access\.(sponsor|answer)/.test(name)), "created.link", "label.reference"],
};

function namesOf<Name extends WordingName>(texts: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(texts) as Name[];
}
