import policy from "#policy/after-sign-in";
import { extensionWorld } from "../adapters/aws/world";
import { extensionHandler } from "../handlers/extension";
import { stopping } from "../handlers/step/stopping";

export const handler = extensionHandler(policy, { stopping })(extensionWorld());
