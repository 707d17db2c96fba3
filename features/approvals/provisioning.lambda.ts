import { awsLog, awsRuntime, awsSecrets, awsTables } from "../../adapters/aws/world";
import { awsDirectory } from "../../adapters/graph/graph";
import { provisioningHandler } from "./worker/provisioning";

export const handler = provisioningHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsDirectory() });
