import { awsLog } from "../adapters/aws/log";
import { awsRuntime, awsSecrets } from "../adapters/aws/world";
import { awsDirectory } from "../adapters/graph/graph";
import { groupMembershipHandler } from "../handlers/group-membership";

export const handler = groupMembershipHandler({ ...awsRuntime(), ...awsLog(), ...awsSecrets(), ...awsDirectory() });
