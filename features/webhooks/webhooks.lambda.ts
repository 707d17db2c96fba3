import { awsLog, awsRuntime, awsSecrets } from "../../adapters/aws/world";
import { webhookHandler } from "./worker";

export const handler = webhookHandler({ ...awsRuntime(), ...awsLog(), ...awsSecrets() });
