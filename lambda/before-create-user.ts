import policy from "#policy/before-create-user";
import { signUpHandler } from "./sign-up";

export const handler = signUpHandler(policy);
