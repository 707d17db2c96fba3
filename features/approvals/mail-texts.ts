import { applicantMailTexts } from "./applicant-mail-texts";
import { approverMailTexts } from "./approver-mail-texts";

export const mailTexts = { ...applicantMailTexts, ...approverMailTexts } as const;

export const mailNames = { "request-approval": [...Object.keys(applicantMailTexts), "created.link", "label.reference"] };
