import { worksAgainMails } from "./worker";

export const mails = [worksAgainMails];
