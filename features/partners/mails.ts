import { partnerMails } from "./worker/mail";

export const mails = [partnerMails];
