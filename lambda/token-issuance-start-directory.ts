import policy from "#policy/before-sending-token";
import { extensionWorld } from "../adapters/aws/world";
import { awsDirectory } from "../adapters/graph/graph";
import { firstTokens } from "../features/first-tokens";
import { directoryAccounts } from "../features/one-account/worker";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy, { accounts: directoryAccounts, arrivals: firstTokens })({
  ...extensionWorld(),
  ...awsDirectory(),
});
