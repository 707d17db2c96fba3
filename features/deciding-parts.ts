import { replyFor } from "../engine/messages/index";
import { gatePosture as lastRule } from "./posture/last-rule";

/** Parts of steps that stop people besides their policy. Apart, so that other steps' functions load no pages. */
export const decidingParts = { lastRule, replyFor };
