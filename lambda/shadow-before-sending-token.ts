import policy from "#policy/before-sending-token";
import { awsLog, awsRuntime, awsSecrets, awsTables } from "../adapters/aws/world";
import { shadowHandler } from "../features/shadow/worker";

export const handler = shadowHandler(policy)({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets() });
