import { Duration } from "aws-cdk-lib";
import { IdentitySource, RequestAuthorizer } from "aws-cdk-lib/aws-apigateway";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import type { GatehouseScope } from "../gatehouse-scope";
import { sourceFile } from "../resources/bundle";
import { gatehouseFunction } from "../resources/gatehouse-function";
import { generatedSecret, grantSecret } from "../resources/secrets";

/** How long the gateway remembers that a header passed. A revoked password passes that much longer. */
const CACHE = Duration.minutes(5);
const PASSWORD_LENGTH = 40;

/** User name and password that Entra's API connectors show, and the authorizer that checks them. */
export class Credentials extends Construct {
  readonly secret: Secret;
  readonly authorizer: RequestAuthorizer;
  readonly function: IFunction;

  constructor(gatehouse: GatehouseScope, id: string) {
    super(gatehouse, id);
    this.secret = generatedSecret(this, "Secret", {
      description: "User name and password of the Entra API connectors; rotate with: npx entra-gatehouse credentials rotate",
      username: "entra",
      length: PASSWORD_LENGTH,
      notRotatedBecause: "Entra holds the other copy and has no API to change it unattended: rotation is a command, with a day's overlap.",
    });
    const handler = gatehouseFunction(this, "Authorizer", {
      ...gatehouse.functionDefaults,
      description: "Checks the basic auth credentials of Entra's API connectors",
      entry: sourceFile("lambda", "authorizer"),
      timeout: Duration.seconds(10),
    });
    // Its one secret and nothing else.
    grantSecret(handler, environment.credentialsSecret, this.secret);
    this.function = handler;
    this.authorizer = new RequestAuthorizer(this, "BasicAuth", {
      handler,
      identitySources: [IdentitySource.header("Authorization")],
      resultsCacheTtl: CACHE,
    });
  }
}
