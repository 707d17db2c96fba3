import { Duration, Fn, Stack } from "aws-cdk-lib";
import { IdentitySource, RequestAuthorizer } from "aws-cdk-lib/aws-apigateway";
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import type { Alias, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { ANY_CERTIFICATE, GATEWAY_CACHE_MS } from "../../adapters/aws/credentials";
import { formatGateSuffix, gateOption } from "../../adapters/aws/deployment-name";
import { environment, workerEnvironment } from "../../adapters/aws/environment";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { GatehouseScope } from "../gatehouse-scope";
import { sourceFile } from "../resources/bundle";
import { gatehouseFunction, liveAlias } from "../resources/gatehouse-function";
import { generatedSecret, grantSecret } from "../resources/secrets";
import type { TrustStore } from "./trust-store";

/** A REST API caches the answer for an accepted header. During this time, a revoked password can still pass. */
const CACHE = Duration.millis(GATEWAY_CACHE_MS);
/** An HTTP API caches refusals too: a new password that the authorizer did not know yet is refused for this time. */
const HTTP_CACHE = Duration.minutes(1);
const PASSWORD_LENGTH = 40;

export interface CredentialsProps {
  /** The credentials are valid for this gate's paths only. */
  readonly gate: string;
  /** Another gate's key: API Gateway then counts the calls of both gates together. @default a key of its own */
  readonly callerKey?: string;
  /** The trust store, if callers show a client certificate. */
  readonly trustStore: TrustStore | undefined;
}

/** User name and password that Entra's API connectors show, and the authorizer that checks them. */
export class Credentials extends Construct {
  readonly secret: ISecret;
  readonly function: LambdaFunction;
  /**
   * The key under which API Gateway counts calls that passed. The key gives no access: API Gateway takes it only from the authorizer's
   * answer, never from a header. The key is unique in the account, and the same at every deployment.
   * @internal
   */
  readonly callerKey: string;
  /** @internal */
  readonly live: Alias;
  private readonly byCertificate: boolean;

  constructor(gatehouse: GatehouseScope, id: string, { gate, callerKey, trustStore }: CredentialsProps) {
    super(gatehouse, id);
    this.secret = generatedSecret(this, "Secret", {
      description: `User name and password of the Entra API connectors${formatGateSuffix(gate)}; rotate with: npm run gate -- entra credentials rotate${gateOption(gate)}`,
      // Each gate has its own user name, so that Entra's pages show which gate a connector calls.
      username: gate === DEFAULT_GATE ? "entra" : `entra-${gate}`,
      length: PASSWORD_LENGTH,
      notRotatedBecause:
        "Entra holds the other copy: rotation is a command, or the option rotation, with an overlap until the new one is seen. A rotation of Secrets Manager's own would end it too early.",
    });
    const handler = gatehouseFunction(this, "Authorizer", {
      ...gatehouse.functionDefaults,
      description: `Checks the basic auth credentials of Entra's API connectors${formatGateSuffix(gate)}`,
      entry: sourceFile("lambda", "authorizer"),
      timeout: Duration.seconds(10),
      reservedConcurrency: gatehouse.answeringDefaults.reservedConcurrency,
    });
    grantSecret(handler, workerEnvironment.credentialsSecret, this.secret);
    this.callerKey = callerKey ?? Fn.join("-", [Fn.select(2, Fn.split("/", Stack.of(this).stackId)), this.node.addr]);
    handler.addEnvironment(workerEnvironment.callerKey, this.callerKey);
    if (gate !== DEFAULT_GATE) handler.addEnvironment(environment.gate, gate);
    this.function = handler;
    if (trustStore !== undefined) handler.addEnvironment(workerEnvironment.clientCertificates, trustStore.subject ?? ANY_CERTIFICATE);
    this.byCertificate = trustStore !== undefined;
    this.live = liveAlias(handler, gatehouse.answeringDefaults);
  }

  // The header Authorization is required, and answers are cached by this header and the path, so a new password is checked for each path.
  // Calls with a client certificate lack the header, so each call invokes the authorizer.

  /** @internal */
  restAuthorizer(): RequestAuthorizer {
    return new RequestAuthorizer(this, "BasicAuth", {
      handler: this.live,
      ...(this.byCertificate
        ? { identitySources: [], resultsCacheTtl: Duration.seconds(0) }
        : { identitySources: [IdentitySource.header("Authorization"), IdentitySource.context("resourcePath")], resultsCacheTtl: CACHE }),
    });
  }

  /** Uses the event format of a REST API. @internal */
  httpAuthorizer(): HttpLambdaAuthorizer {
    return new HttpLambdaAuthorizer(this.node.id, this.live, {
      responseTypes: [HttpLambdaResponseType.IAM],
      ...(this.byCertificate
        ? { identitySource: [], resultsCacheTtl: Duration.seconds(0) }
        : { identitySource: ["$request.header.Authorization", "$context.routeKey"], resultsCacheTtl: HTTP_CACHE }),
    });
  }
}
