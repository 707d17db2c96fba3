import { replyFor } from "../engine/messages/index";
import type { GatePosture } from "../engine/sign-up/last-rule";
import { postureStopping } from "./posture/last-rule";

interface OfFeatures {
  /** How a gate is set. Absent where every gate is open. */
  readonly posture?: (gate: string | undefined) => GatePosture;
}
const ofFeatures: OfFeatures = { ...postureStopping };

/** What steps that stop people have besides their policy, a line a feature. Apart: the function of a step that stops nobody loads no pages. */
export const stopping = { ...ofFeatures, replyFor };
