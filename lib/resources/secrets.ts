import { RemovalPolicy, Stack, Token, Validations } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { type CfnSecret, type ISecret, Secret, type SecretProps } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import * as v from "valibot";
import { SECRET_OPTIONAL, SECRET_PLACE, SECRET_SHAPE } from "../../adapters/aws/deployment-name";
import { SetupError } from "../errors";
import type { GatehouseScope, SecretDefaults } from "../gatehouse-scope";
import { constructWith } from "../options";
import { asciiJson } from "./ascii";
import { allowKey, Encryption, importedKey, keyAt } from "./encryption";

interface FilledInSecretProps {
  readonly description: string;
  /** Members of the secret's JSON, each with an example. @default any text */
  readonly shape?: Readonly<Record<string, string>> | undefined;
  /** True if functions work without the secret's value. @default false: nothing works before the value is filled in */
  readonly isOptional?: boolean;
  /** @default the secret stays, except if the deployment that makes it fails */
  readonly removalPolicy?: RemovalPolicy;
}

/** Makes a secret whose value somebody types in after deployment. */
export function filledInSecret(scope: Construct, id: string, props: FilledInSecretProps): ISecret {
  const { description, shape, isOptional = false, removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE } = props;
  const handedSecret = handedIn(scope, id);
  if (handedSecret !== undefined) return handedSecret;
  const secret = createReplicatedSecret(scope, id, {
    description: shape === undefined ? description : `${description}. JSON with ${Object.keys(shape).join(", ")}`,
    removalPolicy,
  });
  // The shape is metadata, not the secret's value. As the value, a changed shape would overwrite what somebody typed in.
  if (shape !== undefined) (secret.node.defaultChild as CfnSecret).addMetadata(SECRET_SHAPE, asciiJson(JSON.stringify(shape)));
  if (isOptional) (secret.node.defaultChild as CfnSecret).addMetadata(SECRET_OPTIONAL, "true");
  return allowNoRotation(secret, "The system it opens holds the other copy; its owner rotates it there and here.");
}

interface GeneratedSecretProps {
  readonly description: string;
  /** Number of generated letters and digits. */
  readonly length: number;
  readonly notRotatedBecause: string;
  /** The user name. If it is given, the secret is JSON with username and password. @default the secret is only the generated text */
  readonly username?: string;
  /** @default the secret is deleted */
  readonly removalPolicy?: RemovalPolicy;
}

/** Makes a secret whose value AWS generates. */
export function generatedSecret(scope: Construct, id: string, props: GeneratedSecretProps): ISecret {
  const { description, length, notRotatedBecause, username, removalPolicy = RemovalPolicy.DESTROY } = props;
  const generateSecretString = {
    ...(username !== undefined && { secretStringTemplate: JSON.stringify({ username }), generateStringKey: "password" }),
    passwordLength: length,
    excludePunctuation: true,
  };
  return (
    handedIn(scope, id) ??
    allowNoRotation(createReplicatedSecret(scope, id, { description, generateSecretString, removalPolicy }), notRotatedBecause)
  );
}

/** A standby stack without `replicas` needs every secret. */
function handedIn(scope: Construct, id: string): ISecret | undefined {
  const { place, gatehouse } = secretPlace(scope, id);
  const { secretDefaults, standby } = gatehouse;
  secretDefaults.places.add(place);
  const handedSecret = secretDefaults.handedIn[place];
  if (typeof handedSecret === "string") return Secret.fromSecretCompleteArn(scope, id, handedSecret);
  if (handedSecret !== undefined) return importSecret(scope, id, handedSecret);
  if (standby && secretDefaults.replicas.length === 0) {
    throw new SetupError(`standby needs the copies of the other region's secrets, and secrets["${place}"] is missing. ${HOW_TO_HAND_IN}`);
  }
  return undefined;
}

/** Imports a secret of the app, so that grants do not change the policy of the secret's key. The key may be in another stack. */
function importSecret(scope: Construct, id: string, { secretArn, secretFullArn, encryptionKey }: ISecret): ISecret {
  return Secret.fromSecretAttributes(scope, id, {
    ...(secretFullArn === undefined ? { secretPartialArn: secretArn } : { secretCompleteArn: secretFullArn }),
    encryptionKey: encryptionKey && importedKey(scope, encryptionKey),
  });
}

function createReplicatedSecret(scope: Construct, id: string, props: SecretProps): Secret {
  const { place, gatehouse } = secretPlace(scope, id);
  const { replicas } = gatehouse.secretDefaults;
  const secret = new Secret(scope, id, {
    ...props,
    encryptionKey: keyAt(scope),
    ...(replicas.length > 0 && {
      replicaRegions: replicas.map((region) => ({ region, encryptionKey: Encryption.of(scope)?.keyIn(region) })),
    }),
  });
  (secret.node.defaultChild as CfnSecret).addMetadata(SECRET_PLACE, place);
  return secret;
}

export function grantReading(lambda: LambdaFunction, secret: ISecret): void {
  secret.grantRead(lambda);
  // This grant on the key is in the function's role. The CDK's own grant is in the key's policy, which may be in another stack.
  allowSecretKey(lambda, secret, "Decrypt");
}

/** Lets a function use the key of a secret, but only through Secrets Manager. */
export function allowSecretKey(lambda: LambdaFunction, secret: ISecret, ...actions: readonly ("Decrypt" | "GenerateDataKey")[]): void {
  const key = secret.encryptionKey ?? keyAt(secret);
  if (key !== undefined) allowKey(lambda, key, "secretsmanager", ...actions);
}

/** Lets a function read a secret, and passes it the secret's ARN in a variable. */
export function grantSecret(lambda: LambdaFunction, variable: string, secret: ISecret): void {
  grantReading(lambda, secret);
  lambda.addEnvironment(variable, secret.secretArn);
}

function allowNoRotation(secret: Secret, reason: string): Secret {
  Validations.of(secret).acknowledge({ id: "AwsSolutions-SMG4", reason });
  return secret;
}

/** Existing secrets, as constructs or ARNs, by their place in the Gatehouse, such as "Credentials/Secret". */
export type SecretsOption = Readonly<Record<string, string | ISecret>>;

export const secretsOption = v.record(v.string(), v.union([v.string(), constructWith<ISecret>("secretArn", "a secret")]));

/** Advice for missing or wrong tables and secrets. */
export const HOW_TO_HAND_IN =
  "npm run gate -- backup standby --region FIRST --to SECOND prints tables and secrets as settings.ts takes them.";

const SECRET_ARN = /^arn:[a-z-]+:secretsmanager:([a-z0-9-]+):\d{12}:secret:[^:]+-[A-Za-z0-9]{6}$/;

/** Reads a Gatehouse's options about secrets. Throws SetupError. */
export function secretDefaults(
  scope: Construct,
  { secrets: handedIn = {}, replicas = [] }: { readonly secrets?: SecretsOption; readonly replicas?: readonly string[] },
): SecretDefaults {
  const ownRegion = Stack.of(scope).region;
  for (const [place, given] of Object.entries(handedIn)) {
    // The ARN of a secret of the same app is not known while the template is written.
    if (Token.isUnresolved(given)) continue;
    const region = typeof given === "string" ? SECRET_ARN.exec(given)?.[1] : given.env.region;
    if (region === undefined) {
      throw new SetupError(`secrets["${place}"] is ${JSON.stringify(given)}; it must be a secret's whole ARN. ${HOW_TO_HAND_IN}`);
    }
    if (!Token.isUnresolved(ownRegion) && !Token.isUnresolved(region) && region !== ownRegion) {
      throw new SetupError(
        `secrets["${place}"] is in the region ${region}, but the stack is in ${ownRegion}: hand in its copy there. ${HOW_TO_HAND_IN}`,
      );
    }
  }
  return { handedIn, replicas, places: new Set() };
}

function secretPlace(scope: Construct, id: string): { readonly place: string; readonly gatehouse: GatehouseScope } {
  const at = scope.node.scopes.findIndex((each) => "secretDefaults" in each);
  if (at < 0) throw new Error(`The secret ${id} is in no Gatehouse.`);
  const below = scope.node.scopes.slice(at + 1).map(({ node }) => node.id);
  return { place: [...below, id].join("/"), gatehouse: scope.node.scopes[at] as GatehouseScope };
}

/** Returns an error sentence for each place in the option `secrets` at which the Gatehouse has no secret. */
export function unknownPlaces({ handedIn, places }: SecretDefaults): readonly string[] {
  return Object.keys(handedIn)
    .filter((place) => !places.has(place))
    .map((place) => `secrets["${place}"] is no secret of this Gatehouse: take it out, or write one of ${[...places].sort().join(", ")}.`);
}
