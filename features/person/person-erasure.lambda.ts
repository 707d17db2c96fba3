import { awsLog, awsRuntime, awsSecrets, awsTables } from "../../adapters/aws/world";
import { erasureHandler } from "./worker";

export const handler = erasureHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets() });
