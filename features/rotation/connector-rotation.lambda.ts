import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime, awsSecrets } from "../../adapters/aws/world-parts";
import { awsDirectory } from "../../adapters/graph/graph";
import { rotationHandler } from "./worker/connector-rotation";

export const handler = rotationHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsDirectory() });
