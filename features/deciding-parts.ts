import { replyFor } from "../engine/messages/index";
import { gatePosture as lastRule } from "./posture/last-rule";

/**
 * Parts of the gate, other than a policy, that stop people at a step. They are in a separate file, so that the functions of steps load no
 * pages.
 */
export const decidingParts = { lastRule, replyFor };
