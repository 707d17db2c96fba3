import { awsLog } from "../../adapters/aws/log";
import { awsRuntime, awsSecrets } from "../../adapters/aws/world";
import { webhookHandler } from "./worker";

export const handler = webhookHandler({ ...awsRuntime(), ...awsLog(), ...awsSecrets() });
