import { Annotations, Validations } from "aws-cdk-lib";
import {
  ApiKeySourceType,
  AuthorizationType,
  type CfnAuthorizer,
  GatewayResponse,
  LambdaIntegration,
  type RequestAuthorizer,
  ResponseType,
  RestApi,
} from "aws-cdk-lib/aws-apigateway";
import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { AddedCatalogue } from "../../engine/messages/catalogue";
import { staticBlockMessage } from "../../engine/messages/index";
import { apiConnector } from "../../engine/protocols/api-connector";
import type { GateScope } from "../feature";
import type { GatehouseScope } from "../gatehouse-scope";
import { asciiJson } from "../resources/ascii";
import type { LoggedHttpApi } from "../resources/http-api";
import { LoggedRestApi } from "../resources/rest-api";
import { FLOOD_BURST, FLOOD_RATE, type GatePaths, SignUpCalls } from "./sign-up-calls";
import { assertFitsHttpApi, HTTP_API_LACKS, SignUpHttpApi } from "./sign-up-http-api";

interface GateRoutes extends GatePaths {
  readonly authorizer: RequestAuthorizer;
}

interface SignUpApiProps {
  /** The unnamed gate is the first. */
  readonly gates: readonly GateRoutes[];
  readonly languages: readonly AddedCatalogue[];
  /** API Gateway counts a caller's requests under this key. */
  readonly callerKey: string;
  /** Requests a second from callers whose credentials passed; twice as many in a burst. */
  readonly rateLimit: number;
  /** True if API Gateway's own address is off: a custom domain serves the API. */
  readonly disableDefaultEndpoint: boolean;
}

/** The type of the gateway's own answer; a hyphen if a function answered. */
const RESPONSE_TYPE = "$.responseType";
const UNAUTHORIZED = ResponseType.UNAUTHORIZED.responseType;

class SignUpApi extends Construct {
  readonly api: LoggedRestApi;
  readonly answered: readonly Metric[];

  constructor(gatehouse: GatehouseScope, id: string, props: SignUpApiProps) {
    super(gatehouse, id);
    this.api = new LoggedRestApi(gatehouse, this, "Api", {
      name: gatehouse.name,
      description: "Called by Entra's API connectors during self-service sign-up",
      rateLimit: Math.max(FLOOD_RATE, props.rateLimit),
      burstLimit: Math.max(FLOOD_BURST, props.rateLimit * 2),
      apiKeySourceType: ApiKeySourceType.AUTHORIZER,
      logFields,
      disableDefaultEndpoint: props.disableDefaultEndpoint,
      notValidatedBecause: "Whatever is malformed gets a block page from the function; the gateway's own 400 is outside Entra's contract.",
    });
    for (const gate of props.gates) this.addRoutes(gate);
    this.reserveShare(props);
    this.addGatewayResponses(props.languages);
    const answerPatterns = ["-", ...saysSoItself].map((each) => FilterPattern.stringValue(RESPONSE_TYPE, "!=", each));
    this.answered = new SignUpCalls(this, gatehouse, this.api, {
      answered: FilterPattern.stringValue(RESPONSE_TYPE, "=", "-"),
      refused: FilterPattern.stringValue(RESPONSE_TYPE, "=", UNAUTHORIZED),
      unanswered: {
        alarm: "StaticBlockPages",
        pattern: FilterPattern.all(FilterPattern.exists(RESPONSE_TYPE), ...answerPatterns),
        what: "The gateway answered in place of our functions and blocked a sign-up.",
      },
    }).watch(props.gates);
  }

  private addRoutes({ gate, routes, authorizer }: GateRoutes): void {
    // For a changed authorizer, the API needs a new deployment. By itself, the CDK makes one only under a feature flag.
    const { identitySource, authorizerResultTtlInSeconds } = authorizer.node.defaultChild as CfnAuthorizer;
    this.api.latestDeployment?.addToLogicalId({ gate, authorizer: { identitySource, authorizerResultTtlInSeconds } });
    for (const [path, handler] of routes) {
      const method = this.api.root.resourceForPath(path).addMethod("POST", new LambdaIntegration(handler, { allowTestInvoke: false }), {
        authorizer,
        authorizationType: AuthorizationType.CUSTOM,
        apiKeyRequired: true,
      });
      Validations.of(method).acknowledge({
        id: "AwsSolutions-COG4",
        reason: "Entra's API connectors speak basic auth, which the API's own authorizer checks; they cannot use Cognito.",
      });
    }
  }

  /** Authorized callers get a limit of their own, which other callers cannot use up. */
  private reserveShare({ callerKey, rateLimit }: SignUpApiProps): void {
    const plan = this.api.addUsagePlan("Callers", {
      description: "Calls that passed the authorizer",
      throttle: { rateLimit, burstLimit: rateLimit * 2 },
      apiStages: [{ api: this.api, stage: this.api.deploymentStage }],
    });
    plan.addApiKey(this.api.addApiKey("CallerKey", { description: "Shown by the authorizer, by nobody else", value: callerKey }));
  }

  /** Answers calls that no function answers. Except for 401 and 403, a page stops the sign-up and names a reference. */
  private addGatewayResponses(languages: readonly AddedCatalogue[]): void {
    // The page is in all languages, because the gateway does not know the person's languages.
    const text = staticBlockMessage("$context.requestId", languages);
    const page = apiConnector.render({ kind: "block", title: "", message: text }, "before-create-user").body;
    for (const type of blockedTypes) this.addGatewayResponse(type, "200", asciiJson(page));
    this.addGatewayResponse(ResponseType.UNAUTHORIZED, "401", message("Unauthorized"), {
      "WWW-Authenticate": `'Basic realm="Gatehouse", charset="UTF-8"'`,
    });
    for (const type of forbidden) this.addGatewayResponse(type, "403", message("Forbidden"));
  }

  private addGatewayResponse(type: ResponseType, statusCode: string, body: string, responseHeaders?: Record<string, string>): void {
    new GatewayResponse(this, type.responseType, {
      restApi: this.api,
      type,
      statusCode,
      responseHeaders,
      templates: { "application/json": body },
    });
  }
}

/** API Gateway uses these two for every type that has no response of its own: for example, if a call is too large or above a limit. */
const blockedTypes = [ResponseType.DEFAULT_4XX, ResponseType.DEFAULT_5XX];

/** API Gateway answers with these types if a path does not exist or belongs to another gate. */
const forbidden = [ResponseType.MISSING_AUTHENTICATION_TOKEN, ResponseType.ACCESS_DENIED];

/** Types of the gateway's answers to strangers. The alarm StaticBlockPages does not count them, although some are block pages. */
const saysSoItself: readonly string[] = [
  ResponseType.UNAUTHORIZED,
  ...forbidden,
  ResponseType.RESOURCE_NOT_FOUND,
  ResponseType.INVALID_SIGNATURE,
  ResponseType.EXPIRED_TOKEN,
].map(({ responseType }) => responseType);

const logFields = {
  authorizerMs: "$context.authorizer.latency",
  // current, previous, overdue or certificate.
  credentials: "$context.authorizer.credentials",
};

function message(text: string): string {
  return JSON.stringify({ message: text });
}

interface ApiOptions {
  readonly api?: "rest" | "http";
  readonly rateLimit?: number;
  readonly customDomain?: object;
  readonly waf?: unknown;
}

type Callers = GatehouseScope & Pick<GateScope, "credentials" | "facts" | "gateCredentials" | "steps">;

/** Makes the API that connectors call, REST or HTTP as the options say. */
export function makeApi(gatehouse: Callers, options: ApiOptions): SignUpApi | SignUpHttpApi {
  const gates = [...gatehouse.gateCredentials].map(([gate, credentials]) => ({
    gate,
    credentials,
    routes: new Map(gatehouse.steps.flatMap((step) => (step.gate === gate ? [[step.path, step.live]] : []))),
  }));
  const disableDefaultEndpoint = options.customDomain !== undefined;
  if (options.api !== "http") {
    return new SignUpApi(gatehouse, "SignUp", {
      gates: gates.map(({ credentials, ...paths }) => ({ ...paths, authorizer: credentials.restAuthorizer() })),
      languages: gatehouse.facts.policy.flatMap(({ policy }) => policy.options.languages ?? []),
      callerKey: gatehouse.credentials.callerKey,
      rateLimit: options.rateLimit ?? 50,
      disableDefaultEndpoint,
    });
  }
  assertFitsHttpApi(options);
  Annotations.of(gatehouse).addWarningV2("gatehouse:http-api", HTTP_API_LACKS);
  return new SignUpHttpApi(gatehouse, "SignUp", {
    gates: gates.map(({ credentials, ...paths }) => ({ ...paths, authorizer: credentials.httpAuthorizer() })),
    disableDefaultEndpoint,
  });
}

/** Ends with a slash. */
export function apiAddress(api: RestApi | LoggedHttpApi): string {
  return api instanceof RestApi ? api.url : `${api.apiEndpoint}/`;
}
