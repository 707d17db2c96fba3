import type { Resource } from "../template";

/**
 * For each reply: the default status of a REST API, the status of an HTTP API, and the text of an HTTP API. A template can change only a
 * REST API's replies.
 */
const replies = {
  ACCESS_DENIED: [403, 403, "Forbidden"],
  AUTHORIZER_CONFIGURATION_ERROR: [500, 500, "Internal Server Error"],
  AUTHORIZER_FAILURE: [500, 500, "Internal Server Error"],
  DEFAULT_5XX: [502, 500, "Internal Server Error"],
  INTEGRATION_TIMEOUT: [504, 503, "Service Unavailable"],
  INVALID_API_KEY: [403, 403, "Forbidden"],
  INVALID_SIGNATURE: [403, 403, "Forbidden"],
  MISSING_AUTHENTICATION_TOKEN: [403, 404, "Not Found"],
  REQUEST_TOO_LARGE: [413, 413, "Request Entity Too Large"],
  THROTTLED: [429, 429, "Too Many Requests"],
  UNAUTHORIZED: [401, 401, "Unauthorized"],
} as const;
type ResponseType = keyof typeof replies;

export class GatewayError extends Error {
  override readonly name = "GatewayError";
  constructor(
    readonly responseType: ResponseType,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
  readonly responseType?: ResponseType;
}

interface GatewayResponse {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export type GatewayResponses = (error: GatewayError, requestId: string) => GatewayAnswer;

const DEFAULT_BODY = '{"message":$context.error.messageString}';

/** @param resources the API's GatewayResponses in the template */
export function gatewayResponses(resources: readonly Resource[]): GatewayResponses {
  const byType = new Map(
    resources.map((resource) => {
      const status = resource.property<string>("StatusCode");
      return [
        resource.property<string>("ResponseType") ?? "",
        {
          status: status === undefined ? undefined : Number(status),
          headers: staticHeaders(resource.property("ResponseParameters") ?? {}),
          body: resource.property<Record<string, string>>("ResponseTemplates")?.["application/json"],
        } satisfies GatewayResponse,
      ] as const;
    }),
  );
  return ({ responseType, message }, requestId) => {
    const [status] = replies[responseType];
    const gatewayResponse = byType.get(responseType) ?? byType.get(status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX");
    const context: Readonly<Record<string, string>> = {
      requestId,
      "error.message": message,
      "error.messageString": JSON.stringify(message),
      "error.responseType": responseType,
    };
    const body = (gatewayResponse?.body ?? DEFAULT_BODY).replace(
      /\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g,
      (_, name: string) => context[name] ?? "",
    );
    return {
      status: gatewayResponse?.status ?? status,
      headers: { "Content-Type": "application/json", ...gatewayResponse?.headers },
      body,
      responseType,
    };
  };
}

/** Supports only static values, which are in quotes: `gatewayresponse.header.Name: 'value'`. */
function staticHeaders(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => {
      const header = /^gatewayresponse\.header\.(.+)$/.exec(name)?.[1];
      const text = /^'(.*)'$/s.exec(value)?.[1];
      return header === undefined || text === undefined ? [] : [[header, text]];
    }),
  );
}

export const httpApiResponses: GatewayResponses = ({ responseType, headers }) => {
  const [, status, message] = replies[responseType];
  return { status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify({ message }), responseType };
};
