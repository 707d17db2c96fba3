import { awsLog, awsRuntime, awsSecrets, awsTables } from "../../adapters/aws/world";
import { awsDirectory } from "../../adapters/graph/graph";
import { rotationHandler } from "./worker/connector-rotation";

export const handler = rotationHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsDirectory() });
