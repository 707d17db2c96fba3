import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog, awsRuntime, awsSecrets } from "../../adapters/aws/world";
import { awsDirectory } from "../../adapters/graph/graph";
import { provisioningHandler } from "./worker/provisioning";

export const handler = provisioningHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsDirectory() });
