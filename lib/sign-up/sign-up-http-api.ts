import { HttpMethod, PayloadFormatVersion } from "aws-cdk-lib/aws-apigatewayv2";
import type { HttpLambdaAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { SetupError } from "../errors";
import type { GatehouseScope } from "../gatehouse-scope";
import { callFields, LoggedHttpApi, latencyFields } from "../resources/http-api";
import { FLOOD_BURST, FLOOD_RATE, type GatePaths, SignUpCalls } from "./sign-up-calls";

interface HttpGateRoutes extends GatePaths {
  readonly authorizer: HttpLambdaAuthorizer;
}

export interface SignUpHttpApiProps {
  /** The unnamed gate is the first. */
  readonly gates: readonly HttpGateRoutes[];
  /** True if API Gateway's own address is off: a custom domain serves the API. */
  readonly disableDefaultEndpoint: boolean;
}

/**
 * The API that Entra calls: $1.00 a million calls, a REST API $3.50. If no function answers, Entra gets the gateway's own 403, 429 or 5xx.
 * Entra then shows its own error page and lets nobody in.
 */
export class SignUpHttpApi extends Construct {
  readonly api: LoggedHttpApi;
  readonly answered: readonly Metric[];

  constructor(gatehouse: GatehouseScope, id: string, { gates, disableDefaultEndpoint }: SignUpHttpApiProps) {
    super(gatehouse, id);
    // The REST API has the id "Api". This id differs, because CloudFormation cannot change a resource's type if the app changes the kind of
    // API.
    this.api = new LoggedHttpApi(gatehouse, this, "HttpApi", {
      description: "Called by Entra's API connectors during self-service sign-up",
      rateLimit: FLOOD_RATE,
      burstLimit: FLOOD_BURST,
      // `credentials` is current, previous, overdue or certificate.
      logFields: { ...callFields, ...latencyFields, credentials: "$context.authorizer.credentials" },
      disableExecuteApiEndpoint: disableDefaultEndpoint,
    });
    for (const gate of gates) this.addRoutes(gate);
    this.answered = new SignUpCalls(this, gatehouse, this.api, {
      answered: FilterPattern.any(...["200", "400"].map(statusIs)),
      refused: FilterPattern.any(...["401", "403"].map(statusIs)),
      unanswered: {
        alarm: "UnansweredCalls",
        pattern: FilterPattern.any(...["413", "429", "5*"].map(statusIs)),
        what: "A call got no answer from our functions: Entra showed its own error page, and the sign-up ended.",
      },
    }).watch(gates);
  }

  private addRoutes({ routes, authorizer }: HttpGateRoutes): void {
    for (const [path, handler] of routes) {
      // The event format of a REST API, so that the same functions serve both kinds of API.
      const integration = new HttpLambdaIntegration(path, handler, { payloadFormatVersion: PayloadFormatVersion.VERSION_1_0 });
      this.api.addRoutes({ path: `/${path}`, methods: [HttpMethod.POST], integration, authorizer });
    }
  }
}

function statusIs(status: string) {
  return FilterPattern.stringValue("$.status", "=", status);
}

/** The features that an HTTP API lacks, for people who choose one. */
export const HTTP_API_LACKS =
  'api is "http": where no function answers (throttled, crashed, timed out), Entra gets a 429 or 5xx without a reference code and shows its own error page, ' +
  "nobody is let in; wrong credentials get 403; callers who passed have no limit of their own; there is no WAF, and no X-Ray trace of the gateway. See docs/costs.md.";

/** Throws a SetupError if another option needs what an HTTP API lacks. */
export function assertFitsHttpApi({ waf, rateLimit }: { readonly waf?: unknown; readonly rateLimit?: number }): void {
  const needs = waf
    ? "waf: AWS WAF protects no HTTP API"
    : rateLimit !== undefined
      ? "rateLimit: an HTTP API has no usage plans"
      : undefined;
  if (needs !== undefined) throw new SetupError(`api: "http" does not go with ${needs}. Take one of the two out, or write api: "rest".`);
}
