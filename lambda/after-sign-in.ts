import policy from "#policy/after-sign-in";
import { signUpHandler } from "./sign-up";

export const handler = signUpHandler(policy);
