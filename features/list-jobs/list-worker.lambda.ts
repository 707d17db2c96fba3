import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime, awsSecrets } from "../../adapters/aws/world-parts";
import { listWorkerHandler } from "./worker";

export const handler = listWorkerHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets() });
