import { replyFor } from "../engine/messages/index";
import { postureStopping } from "./posture/last-rule";

/** Parts of steps that can stop people, besides their policy. In a file of their own, so that functions of other steps load no pages. */
export const stopping = { ...postureStopping, replyFor };
