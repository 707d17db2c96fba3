import { awsBus } from "../../adapters/aws/bus";
import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog, awsRuntime, awsSecrets } from "../../adapters/aws/world";
import { decisionPublisherHandler } from "./worker";

export const handler = decisionPublisherHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsBus() });
