import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime } from "../../adapters/aws/world-parts";
import { healthHandler } from "./worker";

export const handler = healthHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
