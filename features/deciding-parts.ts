import { replyFor } from "../engine/messages/index";
import { gatePosture } from "./posture/last-rule";

/** Parts of steps that stop people besides their policy. Apart, so that other steps' functions load no pages. */
export const decidingParts = { lastRule: gatePosture, replyFor };
