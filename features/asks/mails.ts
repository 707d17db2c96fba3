import { askerMails } from "./worker";

export const mails = [askerMails];
