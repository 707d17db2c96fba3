import { awsBus } from "../../adapters/aws/event-bus";
import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime, awsSecrets } from "../../adapters/aws/world-parts";
import { decisionPublisherHandler } from "./worker";

export const handler = decisionPublisherHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsBus() });
