import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog, awsRuntime, awsSecrets } from "../../adapters/aws/world";
import { awsDirectory } from "../../adapters/graph/graph";
import { sweeperHandler } from "./worker/sweeper";

export const handler = sweeperHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsDirectory() });
