import policy from "#policy/before-sending-token";
import { shadowHandler } from "./shadow";

export const handler = shadowHandler(policy);
