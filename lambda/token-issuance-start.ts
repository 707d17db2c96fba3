import policy from "#policy/before-sending-token";
import { extensionWorld } from "../adapters/aws/world";
import { keptAccounts } from "../features/accounts/worker/account-rows";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy, { arrivals: keptAccounts })(extensionWorld());
