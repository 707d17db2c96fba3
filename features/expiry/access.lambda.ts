import { awsLog, awsRuntime, awsSecrets, awsTables } from "../../adapters/aws/world";
import { awsDirectory } from "../../adapters/graph/graph";
import { accessHandler } from "./worker/access";

export const handler = accessHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsDirectory() });
