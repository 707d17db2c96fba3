import { accessMailKind } from "./worker/access-mails";
import { sponsorMailKind } from "./worker/sponsor-mails";

export const mails = [accessMailKind, sponsorMailKind];
