import { awsLog, awsRuntime, awsSecrets, awsTables } from "../../adapters/aws/world";
import { partnerLooksHandler } from "./worker/looks";

export const handler = partnerLooksHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets() });
