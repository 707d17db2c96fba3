import policy from "#policy/before-sending-token";
import { extensionWorld } from "../adapters/aws/world";
import { keptAccounts } from "../handlers/account-rows";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy, undefined, keptAccounts)(extensionWorld());

// For `audit decisions`, which decides records again by the code that was deployed.
export { default as policy } from "#policy/before-sending-token";
