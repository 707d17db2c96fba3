import policy from "#policy/after-sign-in";
import { stepWorld } from "../adapters/aws/world";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy)(stepWorld());
