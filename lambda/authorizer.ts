import { awsRuntime, awsSecrets, awsTables } from "../adapters/aws/world";
import { authorizerHandler } from "../handlers/authorizer";

export const handler = authorizerHandler({ ...awsRuntime(), ...awsTables(), ...awsSecrets() });
