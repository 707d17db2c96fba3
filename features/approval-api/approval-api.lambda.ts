import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog, awsRuntime } from "../../adapters/aws/world";
import { approvalApiHandler } from "./worker";

export const handler = approvalApiHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
