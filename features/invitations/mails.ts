import { invitationMails, sponsorMails } from "./worker";

export const mails = [invitationMails, sponsorMails];
