/**
 * Returns the variables that every measured function has, without any variable of this process.
 * @param endpoint DynamoDB's address
 * @param secrets the address of Secrets Manager
 * @param home the function's home folder
 */
export function lambdaEnvironment(endpoint: string, secrets: string, home: string) {
  return {
    HOME: home,
    TZ: "UTC",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    AWS_SESSION_TOKEN: "bench",
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets,
  };
}
