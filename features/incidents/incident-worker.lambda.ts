import { awsLog, awsRuntime, awsSecrets, awsTables } from "../../adapters/aws/world";
import { awsDirectory } from "../../adapters/graph/graph";
import { incidentWorkerHandler } from "./worker";

export const handler = incidentWorkerHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsDirectory() });
