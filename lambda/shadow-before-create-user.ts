import policy from "#policy/before-create-user";
import { awsLog, awsRuntime, awsSecrets, awsTables } from "../adapters/aws/world";
import { shadowHandler } from "../features/shadow/worker";

export const handler = shadowHandler(policy)({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets() });
