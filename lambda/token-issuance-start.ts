import policy from "#policy/before-sending-token";
import { extensionHandler } from "./extension";

export const handler = extensionHandler(policy);
