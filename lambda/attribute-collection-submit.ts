import policy from "#policy/before-create-user";
import { stepWorld } from "../adapters/aws/world";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy)(stepWorld());
