import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog, awsRuntime, awsSecrets } from "../../adapters/aws/world";
import { awsDirectory } from "../../adapters/graph/graph";
import { accessHandler } from "./worker/access";

export const handler = accessHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsDirectory() });
