import { approvalTexts } from "./approval-texts";
import { noSponsor, stageTexts } from "./stage-texts";

// Rules import the two files of texts directly. If rules imported this file, each bundle would contain both files.

export const texts = { ...approvalTexts, ...stageTexts };

export const variants = [{ rule: "request-approval", reason: "attribute.invalid", texts: { sponsor: noSponsor } }] as const;
