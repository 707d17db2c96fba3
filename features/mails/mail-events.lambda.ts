import { awsBus } from "../../adapters/aws/event-bus";
import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime } from "../../adapters/aws/world-parts";
import { mailEventsHandler } from "./worker";

export const handler = mailEventsHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsBus() });
