import { awsLog } from "../adapters/aws/log";
import { awsBus, awsRuntime } from "../adapters/aws/world";
import { decisionPublisherHandler } from "../handlers/decisions";

export const handler = decisionPublisherHandler({ ...awsRuntime(), ...awsLog(), ...awsBus() });
