import { awsBus } from "../../adapters/aws/bus";
import { awsLog, awsRuntime, awsTables } from "../../adapters/aws/world";
import { approvalPublisherHandler } from "./worker/publisher";

export const handler = approvalPublisherHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsBus() });
