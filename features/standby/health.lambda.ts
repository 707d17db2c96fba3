import { awsLog, awsRuntime, awsTables } from "../../adapters/aws/world";
import { healthHandler } from "./worker";

export const handler = healthHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
