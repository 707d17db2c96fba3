import { awsEventSources } from "../../adapters/aws/event-sources";
import { awsLog, awsRuntime, awsSecrets, awsTables } from "../../adapters/aws/world";
import { auditTrailHandler } from "./worker";

export const handler = auditTrailHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsEventSources() });
