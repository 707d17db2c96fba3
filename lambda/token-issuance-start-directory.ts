import policy from "#policy/before-sending-token";
import { permissionsHandler } from "../adapters/aws/own-calls";
import { extensionLimits, extensionWorld } from "../adapters/aws/world";
import { awsDirectory } from "../adapters/graph/graph";
import { keptAccounts } from "../features/accounts/worker/account-rows";
import { accountReader, directoryAccounts } from "../features/one-account/worker";
import { extensionHandler } from "../handlers/extension";

export const handler = permissionsHandler(
  extensionHandler(policy, { accounts: directoryAccounts, arrivals: keptAccounts }),
  accountReader,
  {
    ...extensionWorld(),
    ...awsDirectory(extensionLimits),
  },
);
