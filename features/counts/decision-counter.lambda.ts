import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime } from "../../adapters/aws/world-parts";
import { decisionCounterHandler } from "./worker";

export const handler = decisionCounterHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
