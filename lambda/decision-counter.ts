import { awsRuntime, awsTables } from "../adapters/aws/world";
import { decisionCounterHandler } from "../handlers/decisions";

export const handler = decisionCounterHandler({ ...awsRuntime(), ...awsTables() });
