import { taskMails } from "./worker";

export const mails = [taskMails];
