import policy from "#policy/before-sending-token";
import { extensionWorld } from "../adapters/aws/world";
import { awsDirectory } from "../adapters/graph/graph";
import { keptAccounts } from "../features/expiry/worker/account-rows";
import { directoryAccounts } from "../handlers/directory-accounts";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy, { accounts: directoryAccounts, arrivals: keptAccounts })({
  ...extensionWorld(),
  ...awsDirectory(),
});
