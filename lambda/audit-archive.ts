import { awsLog } from "../adapters/aws/log";
import { awsArchive, awsRuntime, awsTables } from "../adapters/aws/world";
import { auditArchiveHandler } from "../handlers/audit";

export const handler = auditArchiveHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsArchive() });
