import { replyFor } from "../../engine/messages/index";
import { gatePosture } from "../../features/posture/last-rule";
import type { Stopping } from "./step";

/** Apart from the other stages: the function of a step that stops nobody loads no pages. */
export const stopping: Stopping = { posture: gatePosture, replyFor };
