import policy from "#policy/before-create-user";
import { extensionWorld } from "../adapters/aws/world";
import { stopping } from "../features/stopping";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy, { stopping })(extensionWorld());
