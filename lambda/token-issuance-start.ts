import policy from "#policy/before-sending-token";
import { stepWorld } from "../adapters/aws/world";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy)(stepWorld());
