import { accessMailKind } from "./worker/access-mails";

export const mails = [accessMailKind];
