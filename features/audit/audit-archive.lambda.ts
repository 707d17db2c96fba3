import { awsLog } from "../../adapters/aws/log";
import { awsArchive, awsRuntime, awsTables } from "../../adapters/aws/world";
import { auditArchiveHandler } from "./worker";

export const handler = auditArchiveHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsArchive() });
