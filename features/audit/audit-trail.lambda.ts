import { awsEventSources } from "../../adapters/aws/functions";
import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime, awsSecrets } from "../../adapters/aws/world-parts";
import { auditTrailHandler } from "./worker";

export const handler = auditTrailHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsEventSources() });
