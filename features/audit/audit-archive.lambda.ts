import { awsArchive } from "../../adapters/aws/objects";
import { awsLog, awsRuntime, awsTables } from "../../adapters/aws/world";
import { auditArchiveHandler } from "./worker";

export const handler = auditArchiveHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsArchive() });
