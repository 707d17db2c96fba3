import policy from "#policy/before-sending-token";
import { extensionWorld } from "../adapters/aws/world";
import { awsDirectory } from "../adapters/graph/graph";
import { keptAccounts } from "../features/accounts/worker/account-rows";
import { directoryAccounts } from "../features/one-account/worker";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy, { accounts: directoryAccounts, arrivals: keptAccounts })({
  ...extensionWorld(),
  ...awsDirectory(),
});
