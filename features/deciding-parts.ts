import { replyFor } from "../engine/messages/index";
import { gatePosture as lastRule } from "./posture/last-rule";

/** Parts of steps that stop people besides their policy. In a file of its own, so that functions of steps load no pages. */
export const decidingParts = { lastRule, replyFor };
