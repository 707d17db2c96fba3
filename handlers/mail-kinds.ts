import type { MailKind, MailTools } from "../adapters/mail/mail-kind";
import { partnerMails } from "../features/partners/worker/mail";
import { accessMail } from "./access-mail";
import { applicantMails } from "./applicant-mail";
import { approverMails } from "./approver-mail";
import { sponsorMails } from "./sponsor-mail";
import { taskMails } from "./task-mail";

/** Every kind of mail, in the order in which a delivery's are sent. A new kind has its line here. */
export const mailKinds: readonly ((tools: MailTools) => MailKind)[] = [
  approverMails,
  taskMails,
  partnerMails,
  sponsorMails,
  accessMail,
  applicantMails,
];
