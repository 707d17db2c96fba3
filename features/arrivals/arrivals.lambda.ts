import { awsLog, awsRuntime, awsSecrets, awsTables } from "../../adapters/aws/world";
import { awsDirectory } from "../../adapters/graph/graph";
import { arrivalsHandler } from "./worker";

export const handler = arrivalsHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsDirectory() });
