import { awsLog } from "../../adapters/aws/log";
import { awsBus, awsRuntime, awsTables } from "../../adapters/aws/world";
import { approvalPublisherHandler } from "../../handlers/approval-publisher";

export const handler = approvalPublisherHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsBus() });
