import { awsCalls } from "../adapters/aws/functions";
import { awsTables } from "../adapters/aws/sdk-tables";
import { awsLog } from "../adapters/aws/world";
import { awsRuntime } from "../adapters/aws/world-parts";
import { CALL_MS, streamRelayHandler } from "../handlers/stream-relay";

export const handler = streamRelayHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsCalls(CALL_MS) });
