import policy from "#policy/after-sign-in";
import { extensionWorld } from "../adapters/aws/world";
import { stopping } from "../features/stopping";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy, { stopping })(extensionWorld());
