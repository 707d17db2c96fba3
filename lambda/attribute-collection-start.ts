import policy from "#policy/after-sign-in";
import { extensionWorld } from "../adapters/aws/world";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy)(extensionWorld());
