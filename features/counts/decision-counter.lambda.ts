import { awsLog, awsRuntime, awsTables } from "../../adapters/aws/world";
import { decisionCounterHandler } from "./worker";

export const handler = decisionCounterHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
