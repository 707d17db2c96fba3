import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog, awsRuntime } from "../../adapters/aws/world";
import { healthHandler } from "./worker";

export const handler = healthHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
