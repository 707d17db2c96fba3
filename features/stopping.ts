import { replyFor } from "../engine/messages/index";
import type { GatePosture } from "../engine/sign-up/last-rule";
import { postureStopping } from "./posture/last-rule";

/** The gate's posture. Absent if every gate is open. */
const ofFeatures: { readonly posture?: (gate: string | undefined) => GatePosture } = { ...postureStopping };

/** Parts of steps that stop people besides their policy, a line a feature. Apart, so that other steps' functions load no pages. */
export const stopping = { ...ofFeatures, replyFor };
