import { awsBus } from "../../adapters/aws/bus";
import { awsLog, awsRuntime, awsSecrets, awsTables } from "../../adapters/aws/world";
import { decisionPublisherHandler } from "./worker";

export const handler = decisionPublisherHandler({ ...awsRuntime(), ...awsLog(), ...awsTables(), ...awsSecrets(), ...awsBus() });
