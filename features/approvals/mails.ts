import { applicantMails } from "./worker/applicant-mail";
import { approverMails, escalationMails } from "./worker/approver-mail-kinds";

export const mails = [applicantMails, approverMails, escalationMails];
