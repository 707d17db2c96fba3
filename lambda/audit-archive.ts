import { awsLog } from "../adapters/aws/log";
import { awsArchive } from "../adapters/aws/objects";
import { awsRuntime, awsTables } from "../adapters/aws/world";
import { auditArchiveHandler } from "../handlers/audit";

export const handler = auditArchiveHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsArchive() });
