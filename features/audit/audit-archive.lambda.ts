import { awsLog } from "../../adapters/aws/log";
import { awsArchive } from "../../adapters/aws/objects";
import { awsRuntime, awsTables } from "../../adapters/aws/world";
import { auditArchiveHandler } from "./worker";

export const handler = auditArchiveHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsArchive() });
