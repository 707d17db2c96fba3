import { awsLog } from "../../adapters/aws/log";
import { awsRuntime, awsTables } from "../../adapters/aws/world";
import { decisionCounterHandler } from "./worker";

export const handler = decisionCounterHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
