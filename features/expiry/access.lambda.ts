import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime, awsSecrets } from "../../adapters/aws/world-parts";
import { awsDirectory } from "../../adapters/graph/graph";
import { accessHandler } from "./worker/access";

export const handler = accessHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsDirectory() });
