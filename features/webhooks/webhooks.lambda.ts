import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime, awsSecrets } from "../../adapters/aws/world-parts";
import { webhookHandler } from "./worker";

export const handler = webhookHandler({ ...awsRuntime(), ...awsLog(), ...awsSecrets(), ...awsTables() });
