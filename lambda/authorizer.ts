import { awsRuntime, awsSecrets, stepTables } from "../adapters/aws/world-parts";
import { authorizerHandler } from "../handlers/authorizer";

export const handler = authorizerHandler({ ...awsRuntime(), ...stepTables(), ...awsSecrets() });
