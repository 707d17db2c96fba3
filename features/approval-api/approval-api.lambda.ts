import { awsLog } from "../../adapters/aws/log";
import { awsRuntime, awsTables } from "../../adapters/aws/world";
import { approvalApiHandler } from "../../handlers/approval-api";

export const handler = approvalApiHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
