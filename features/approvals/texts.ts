import { approvalTexts } from "./approval-texts";
import { noSponsor, stageTexts } from "./stage-texts";

// Rules import the two files: this one would bring both into each bundle.

export const texts = { ...approvalTexts, ...stageTexts };

export const variants = [{ rule: "request-approval", reason: "attribute.invalid", texts: { sponsor: noSponsor } }] as const;
