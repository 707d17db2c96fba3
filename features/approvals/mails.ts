import { applicantMails } from "./worker/applicant-mail";
import { approverMails, escalationMails } from "./worker/approver-mails";

export const mails = [applicantMails, approverMails, escalationMails];
