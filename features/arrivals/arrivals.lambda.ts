import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog, awsRuntime, awsSecrets } from "../../adapters/aws/world";
import { awsDirectory } from "../../adapters/graph/graph";
import { arrivalsHandler } from "./worker";

export const handler = arrivalsHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsDirectory() });
