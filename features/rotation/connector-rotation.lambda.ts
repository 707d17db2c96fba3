import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog, awsRuntime, awsSecrets } from "../../adapters/aws/world";
import { awsDirectory } from "../../adapters/graph/graph";
import { rotationHandler } from "./worker/connector-rotation";

export const handler = rotationHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsDirectory() });
