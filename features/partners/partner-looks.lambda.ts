import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime, awsSecrets } from "../../adapters/aws/world-parts";
import { partnerLooksHandler } from "./worker/looks";

export const handler = partnerLooksHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets() });
