import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime } from "../../adapters/aws/world-parts";
import { mailDecisionsHandler } from "../../handlers/mail-decisions";

export const handler = mailDecisionsHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
