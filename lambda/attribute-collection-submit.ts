import policy from "#policy/before-create-user";
import { extensionWorld } from "../adapters/aws/world";
import { extensionHandler } from "../handlers/extension";
import { stopping } from "../handlers/step/stopping";

export const handler = extensionHandler(policy, { stopping })(extensionWorld());
