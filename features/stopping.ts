import { replyFor } from "../engine/messages/index";
import { gatePosture } from "./posture/last-rule";

/** What steps that stop people have besides their policy, a line a feature. Apart: the function of a step that stops nobody loads no pages. */
export const stopping = { posture: gatePosture, replyFor };
