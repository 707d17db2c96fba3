import { mailDecision } from "../features/approvals/pages/mail-decision";
import { mailRenewal } from "../features/expiry/pages/mail-renewal";

/** Kinds of links in mail, the commonest first. A feature has its line here. */
export const mailAnswers = [mailDecision, mailRenewal] as const;
