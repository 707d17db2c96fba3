import { awsLog, awsRuntime, awsTables } from "../../adapters/aws/world";
import { hygieneHandler } from "./worker";

export const handler = hygieneHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
