import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { type CfnSecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { SECRET_SHAPE } from "./secret-shape";

export interface FilledInSecretProps {
  readonly description: string;
  /**
   * Members of the JSON object it is to hold, each with an example.
   * @default any text
   */
  readonly shape?: Readonly<Record<string, string>> | undefined;
}

/** A secret whose value somebody types in after deployment. It outlives the stack. */
export function filledInSecret(scope: Construct, id: string, { description, shape }: FilledInSecretProps): Secret {
  const secret = new Secret(scope, id, {
    description: shape === undefined ? description : `${description}. JSON with ${Object.keys(shape).join(", ")}`,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  // Told by metadata, not as a value: a later version with another shape must not overwrite what was filled in.
  if (shape !== undefined) (secret.node.defaultChild as CfnSecret).addMetadata(SECRET_SHAPE, shape);
  Validations.of(secret).acknowledge({
    id: "AwsSolutions-SMG4",
    reason: "The system it opens holds the other copy; its owner rotates it there and here.",
  });
  return secret;
}
