import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { IdentitySource, RequestAuthorizer } from "aws-cdk-lib/aws-apigateway";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import { sourceFile } from "../resources/bundle";
import { type FunctionDefaults, gatehouseFunction } from "../resources/gatehouse-function";

export interface CredentialsProps {
  readonly defaults: FunctionDefaults;
}

/** How long the gateway remembers that a header passed. A revoked password passes that much longer. */
const CACHE = Duration.minutes(5);
const PASSWORD_LENGTH = 40;

/** User name and password that Entra's API connectors show, and the authorizer that checks them. */
export class Credentials extends Construct {
  readonly secret: Secret;
  readonly authorizer: RequestAuthorizer;
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { defaults }: CredentialsProps) {
    super(scope, id);
    this.secret = new Secret(this, "Secret", {
      description: "User name and password of the Entra API connectors; rotate with: npx entra-gatehouse credentials rotate",
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: "entra" }),
        generateStringKey: "password",
        passwordLength: PASSWORD_LENGTH,
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this.secret).acknowledge({
      id: "AwsSolutions-SMG4",
      reason: "Entra holds the other copy and has no API to change it unattended: rotation is a command, with a day's overlap.",
    });
    const handler = gatehouseFunction(this, "Authorizer", {
      ...defaults,
      description: "Checks the basic auth credentials of Entra's API connectors",
      entry: sourceFile("lambda", "authorizer"),
      environment: { [environment.credentialsSecret]: this.secret.secretArn },
      timeout: Duration.seconds(10),
    });
    // Its one secret and nothing else.
    this.secret.grantRead(handler);
    this.function = handler;
    this.authorizer = new RequestAuthorizer(this, "BasicAuth", {
      handler,
      identitySources: [IdentitySource.header("Authorization")],
      resultsCacheTtl: CACHE,
    });
  }
}
