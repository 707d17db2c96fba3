import policy from "#policy/before-sending-token";
import { signUpHandler } from "./sign-up";

export const handler = signUpHandler(policy);
