import policy from "#policy/after-sign-in";
import { shadowHandler } from "./shadow";

export const handler = shadowHandler(policy);
