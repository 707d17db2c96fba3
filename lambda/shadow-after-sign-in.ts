import policy from "#policy/after-sign-in";
import { awsLog, awsRuntime, awsSecrets, awsTables } from "../adapters/aws/world";
import { shadowHandler } from "../features/shadow/worker";

export const handler = shadowHandler(policy)({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets() });
