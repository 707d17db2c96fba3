import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog, awsRuntime } from "../../adapters/aws/world";
import { mailDecisionsHandler } from "../../handlers/mail-decisions";

export const handler = mailDecisionsHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
