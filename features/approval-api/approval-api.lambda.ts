import { awsLog, awsRuntime, awsTables } from "../../adapters/aws/world";
import { approvalApiHandler } from "./worker";

export const handler = approvalApiHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
