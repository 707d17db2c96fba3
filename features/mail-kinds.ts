import type { MailKind, MailTools } from "../adapters/mail/mail-kind";
import { applicantMails } from "./approvals/worker/applicant-mail";
import { approverMails, escalationMails } from "./approvals/worker/approver-mails";
import { accessMailKind } from "./expiry/worker/access-mails";
import { worksAgainMails } from "./inbox/worker";
import { invitationMails, sponsorMails } from "./invitations/worker";
import { partnerMails } from "./partners/worker/mail";
import { taskMails } from "./tasks/worker";

/** Every kind of mail, in the order in which a delivery's are sent. A new kind has its line here. */
export const mailKinds: readonly ((tools: MailTools) => MailKind)[] = [
  approverMails,
  escalationMails,
  taskMails,
  partnerMails,
  sponsorMails,
  accessMailKind,
  applicantMails,
  invitationMails,
  worksAgainMails,
];
