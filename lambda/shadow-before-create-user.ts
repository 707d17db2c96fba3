import policy from "#policy/before-create-user";
import { awsTables } from "../adapters/aws/sdk-tables";
import { awsLog, awsRuntime, awsSecrets } from "../adapters/aws/world";
import { shadowHandler } from "../features/shadow/worker";

export const handler = shadowHandler(policy)({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets() });
