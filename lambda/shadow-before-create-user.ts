import policy from "#policy/before-create-user";
import { shadowHandler } from "./shadow";

export const handler = shadowHandler(policy);
