import policy from "#policy/before-create-user";
import { awsTables } from "../adapters/aws/sdk-tables";
import { awsLog } from "../adapters/aws/world";
import { awsRuntime, awsSecrets } from "../adapters/aws/world-parts";
import { shadowHandler } from "../features/shadow/worker";

export const handler = shadowHandler(policy)({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets() });
