import { awsArchive } from "../../adapters/aws/objects";
import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog, awsRuntime } from "../../adapters/aws/world";
import { auditArchiveHandler } from "./worker";

export const handler = auditArchiveHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsArchive() });
