import { replyFor } from "../engine/messages/index";
import type { LastRule } from "../engine/sign-up/last-rule";
import { postureStopping } from "./posture/last-rule";

interface OfFeatures {
  /** The gate's posture. Absent if every gate is open. */
  readonly posture?: (gate: string | undefined) => LastRule;
}
const ofFeatures: OfFeatures = { ...postureStopping };

/** Parts of steps that stop people besides their policy, a line a feature. Apart, so that other steps' functions load no pages. */
export const stopping = { ...ofFeatures, replyFor };
