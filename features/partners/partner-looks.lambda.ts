import { awsLog } from "../../adapters/aws/log";
import { awsRuntime, awsSecrets, awsTables } from "../../adapters/aws/world";
import { partnerLooksHandler } from "./worker";

export const handler = partnerLooksHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets() });
