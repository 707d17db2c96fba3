import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime } from "../../adapters/aws/world-parts";
import { hygieneHandler } from "./worker";

export const handler = hygieneHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
