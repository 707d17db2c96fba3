import policy from "#policy/before-create-user";
import { extensionWorld } from "../adapters/aws/world";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy)(extensionWorld());
