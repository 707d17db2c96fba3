import { mailDecision } from "../features/approvals/pages/mail-decision";
import { mailRenewal } from "../features/expiry/pages/mail-renewal";

/** What the links of mail open, the commonest first. A feature has its line here. */
export const mailAnswers = [mailDecision, mailRenewal] as const;
