import { awsLog, awsRuntime, awsTables } from "../../adapters/aws/world";
import { mailDecisionsHandler } from "../../handlers/mail-decisions";

export const handler = mailDecisionsHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
