import policy from "#policy/before-sending-token";
import { extensionWorld } from "../adapters/aws/world";
import { firstTokens } from "../features/first-tokens";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy, { arrivals: firstTokens })(extensionWorld());
