import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog, awsRuntime } from "../../adapters/aws/world";
import { hygieneHandler } from "./worker";

export const handler = hygieneHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
