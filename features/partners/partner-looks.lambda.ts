import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog, awsRuntime, awsSecrets } from "../../adapters/aws/world";
import { partnerLooksHandler } from "./worker/looks";

export const handler = partnerLooksHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets() });
