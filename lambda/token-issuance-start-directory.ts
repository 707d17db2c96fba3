import policy from "#policy/before-sending-token";
import { answeringPermissions } from "../adapters/aws/permissions-call";
import { extensionLimits, extensionWorld } from "../adapters/aws/world";
import { awsDirectory } from "../adapters/graph/graph";
import { keptAccounts } from "../features/accounts/worker/account-rows";
import { accountReader, directoryAccounts } from "../features/one-account/worker";
import { extensionHandler } from "../handlers/extension";

const world = { ...extensionWorld(), ...awsDirectory(extensionLimits) };
const answerEntra = extensionHandler(policy, { accounts: directoryAccounts, arrivals: keptAccounts })(world);

export const handler = answeringPermissions(answerEntra, world, () => accountReader(world.settings));
