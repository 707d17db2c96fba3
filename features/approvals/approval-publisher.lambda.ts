import { awsBus } from "../../adapters/aws/event-bus";
import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime } from "../../adapters/aws/world-parts";
import { approvalPublisherHandler } from "./worker/publisher";

export const handler = approvalPublisherHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsBus() });
