import policy from "#policy/after-sign-in";
import { extensionHandler } from "./extension";

export const handler = extensionHandler(policy);
