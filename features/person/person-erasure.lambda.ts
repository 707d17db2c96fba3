import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog, awsRuntime, awsSecrets } from "../../adapters/aws/world";
import { erasureHandler } from "./worker";

export const handler = erasureHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets() });
