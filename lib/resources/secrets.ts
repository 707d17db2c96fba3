import { RemovalPolicy, Validations } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { type CfnSecret, type ISecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { SECRET_SHAPE } from "./secret-shape";

export interface FilledInSecretProps {
  readonly description: string;
  /**
   * Members of the JSON object it is to hold, each with an example.
   * @default any text
   */
  readonly shape?: Readonly<Record<string, string>> | undefined;
  /**
   * What becomes of it with the stack.
   * @default it outlives the stack, once the stack stood
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** A secret whose value somebody types in after deployment. */
export function filledInSecret(scope: Construct, id: string, props: FilledInSecretProps): Secret {
  const { description, shape, removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE } = props;
  const secret = new Secret(scope, id, {
    description: shape === undefined ? description : `${description}. JSON with ${Object.keys(shape).join(", ")}`,
    removalPolicy,
  });
  // Told by metadata, not as a value: a later version with another shape must not overwrite what was filled in.
  if (shape !== undefined) (secret.node.defaultChild as CfnSecret).addMetadata(SECRET_SHAPE, shape);
  return notRotated(secret, "The system it opens holds the other copy; its owner rotates it there and here.");
}

export interface GeneratedSecretProps {
  readonly description: string;
  /** Characters: letters and digits. */
  readonly length: number;
  /** Why no schedule rotates it. */
  readonly notRotatedBecause: string;
  /**
   * A user name beside it: the secret is JSON with username and password.
   * @default the secret is the generated text alone
   */
  readonly username?: string;
  /**
   * What becomes of it with the stack.
   * @default it goes with the stack
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** A secret whose value AWS makes. */
export function generatedSecret(scope: Construct, id: string, props: GeneratedSecretProps): Secret {
  const { description, length, notRotatedBecause, username, removalPolicy = RemovalPolicy.DESTROY } = props;
  const secret = new Secret(scope, id, {
    description,
    generateSecretString: {
      ...(username !== undefined && { secretStringTemplate: JSON.stringify({ username }), generateStringKey: "password" }),
      passwordLength: length,
      excludePunctuation: true,
    },
    removalPolicy,
  });
  return notRotated(secret, notRotatedBecause);
}

/** Lets a function read a secret, and tells it in a variable which. */
export function grantSecret(lambda: LambdaFunction, variable: string, secret: ISecret): void {
  secret.grantRead(lambda);
  lambda.addEnvironment(variable, secret.secretArn);
}

function notRotated(secret: Secret, reason: string): Secret {
  Validations.of(secret).acknowledge({ id: "AwsSolutions-SMG4", reason });
  return secret;
}
