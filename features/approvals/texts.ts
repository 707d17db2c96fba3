import { approvalTexts } from "./approval-texts";
import { noSponsor, stageTexts } from "./stage-texts";

// Rules import the two files directly. If rules imported this file, each bundle would contain both.

export const texts = { ...approvalTexts, ...stageTexts };

export const variants = [{ rule: "request-approval", reason: "attribute.invalid", texts: { sponsor: noSponsor } }] as const;
