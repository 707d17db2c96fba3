import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent } from "aws-lambda";

/** A request as API Gateway hands it to a step's function. */
export function proxyEvent(path: string, body: string | null, headers: Record<string, string> = {}): APIGatewayProxyEvent {
  const all: Record<string, string> = {
    "Content-Type": "application/json",
    Host: "abc123.execute-api.eu-west-1.amazonaws.com",
    ...headers,
  };
  return {
    resource: path,
    path,
    httpMethod: "POST",
    headers: all,
    multiValueHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      accountId: "111111111111",
      apiId: "abc123",
      authorizer: { principalId: "api-connector" },
      protocol: "HTTP/1.1",
      httpMethod: "POST",
      identity: { sourceIp: "127.0.0.1", userAgent: null } as APIGatewayProxyEvent["requestContext"]["identity"],
      path: `/v1${path}`,
      stage: "v1",
      requestId: randomUUID(),
      requestTimeEpoch: Date.now(),
      resourceId: "r1",
      resourcePath: path,
    },
    body,
    isBase64Encoded: false,
  };
}

/** A request as API Gateway hands it to the authorizer. */
export function authorizerEvent(authorization: string): APIGatewayRequestAuthorizerEvent {
  const {
    body: _,
    isBase64Encoded: __,
    requestContext,
    ...request
  } = proxyEvent("/before-create-user", null, { Authorization: authorization });
  return {
    ...request,
    requestContext: { ...requestContext, authorizer: undefined },
    type: "REQUEST",
    methodArn: "arn:aws:execute-api:eu-west-1:111111111111:abc123/v1/POST/before-create-user",
  };
}
