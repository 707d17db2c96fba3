import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime } from "../../adapters/aws/world-parts";
import { approvalApiHandler } from "./worker";

export const handler = approvalApiHandler({ ...awsRuntime(), ...awsLog(), ...awsTables() });
