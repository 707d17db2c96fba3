import { awsCalls } from "../adapters/aws/functions";
import { awsLog, awsRuntime, awsTables } from "../adapters/aws/world";
import { CALL_MS, streamRelayHandler } from "../handlers/stream-relay";

export const handler = streamRelayHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsCalls(CALL_MS) });
