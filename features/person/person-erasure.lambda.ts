import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime, awsSecrets } from "../../adapters/aws/world-parts";
import { erasureHandler } from "./worker";

export const handler = erasureHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets() });
