import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog, awsRuntime } from "../../adapters/aws/world";
import { decisionCounterHandler } from "./worker";

export const handler = decisionCounterHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
