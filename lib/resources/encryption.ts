import { type IResolvable, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Grant, type IGrantable, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { EncryptionChoice, KeysHandedIn } from "./encryption-option";

const ID = "Encryption";

/** The owner's key, which encrypts everything that a Gatehouse keeps. */
export class Encryption extends Construct {
  /** An imported key, so constructs add no statements to its policy: theirs would be wider than those of `serviceStatements`. */
  readonly key: IKey;
  /** ARNs of the keys in other regions, by region. */
  readonly replicas: Readonly<Record<string, string>>;

  /** Returns the encryption of the scope's Gatehouse; undefined if AWS's own keys encrypt. */
  static of(scope: Construct): Encryption | undefined {
    const constructs = [...scope.node.scopes].reverse().map(({ node }) => node.tryFindChild(ID));
    return constructs.find((each) => each instanceof Encryption);
  }

  constructor(gatehouse: Construct, choice: Exclude<EncryptionChoice, "none">) {
    super(gatehouse, ID);
    const { arn, construct, replicas } = choice === "own" ? this.ownKey() : choice;
    // If `construct` is an imported key, the CDK adds nothing to the key's policy.
    for (const statement of serviceStatements(Stack.of(this))) construct?.addToResourcePolicy(statement);
    this.replicas = replicas;
    this.key = Key.fromKeyArn(this, "Given", arn);
  }

  keyIn(region: string): IKey | undefined {
    const arn = this.replicas[region];
    const id = `Given-${region}`;
    return arn === undefined ? undefined : ((this.node.tryFindChild(id) as IKey | undefined) ?? Key.fromKeyArn(this, id, arn));
  }

  /** Lets a function use the key through one service. The function gets no rights on data in the service. */
  allow(lambda: IFunction, service: KeyService, ...actions: readonly KeyAction[]): void {
    allowKey(lambda, this.key, service, ...actions);
  }

  /** The key outlives the stack, like the tables and secrets that it encrypts. Without the key, nobody could read them. */
  private ownKey(): KeysHandedIn {
    const construct = new Key(this, "Key", {
      description: "Gatehouse: tables, secrets, logs, queues and topics",
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    return { arn: construct.keyArn, construct, replicas: {} };
  }
}

type KeyAction = "Decrypt" | "DescribeKey" | "Encrypt" | "GenerateDataKey" | "ReEncryptFrom" | "ReEncryptTo";

type KeyService = "dynamodb" | "s3" | "secretsmanager" | "sqs";

/** Lets a grantee use a key only by calls to one service, within the grantee's rights there. @param key an imported key */
export function allowKey(grantee: IGrantable, key: IKey, service: KeyService, ...actions: readonly KeyAction[]): Grant {
  return Grant.addToPrincipal({
    grantee,
    actions: actions.map((action) => `kms:${action}`),
    resourceArns: [key.keyArn],
    conditions: { StringEquals: { "kms:ViaService": `${service}.${Stack.of(key).region}.amazonaws.com` } },
  });
}

/** Imports a key of the app. A grant on the imported key does not change the key's policy. */
export function importedKey(scope: Construct, { keyArn }: IKey): IKey {
  return Key.fromKeyArn(scope, `Key${scope.node.children.length}`, keyArn);
}

/** Returns the Gatehouse's key; undefined for AWS's own keys. */
export function keyAt(scope: Construct): IKey | undefined {
  return Encryption.of(scope)?.key;
}

/** Returns a queue's encryption, written out also where it is SQS's default, because compliance checks look for it. */
export function queueEncryption(scope: Construct): Pick<QueueProps, "encryption" | "encryptionMasterKey"> {
  const key = keyAt(scope);
  return key === undefined ? { encryption: QueueEncryption.SQS_MANAGED } : { encryptionMasterKey: key };
}

interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/**
 * Statements of the key's policy for services that use the key on their own. The functions' roles get their permissions by IAM policies,
 * and so does the deploying role, which needs kms:CreateGrant for the tables.
 */
function serviceStatements({ partition, region, account }: Place): readonly PolicyStatement[] {
  const toService = (
    sid: string,
    service: string,
    actions: readonly string[],
    conditions: Record<string, Record<string, string | IResolvable>>,
  ) =>
    new PolicyStatement({
      sid,
      principals: [new ServicePrincipal(service)],
      actions: actions.map((each) => `kms:${each}`),
      resources: ["*"],
      conditions,
    });
  const sameAccount = { StringEquals: { "aws:SourceAccount": account } };
  return [
    // Required by CloudWatch Logs.
    toService("Logs", `logs.${region}.amazonaws.com`, ["Encrypt*", "Decrypt*", "ReEncrypt*", "GenerateDataKey*", "Describe*"], {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:*` },
    }),
    toService("Events", "events.amazonaws.com", ["Decrypt", "GenerateDataKey"], sameAccount),
    toService("EventArchive", "events.amazonaws.com", ["Decrypt", "GenerateDataKey", "ReEncrypt*"], {
      StringLike: { "kms:EncryptionContext:aws:events:event-bus:arn": `arn:${partition}:events:${region}:${account}:event-bus/*` },
    }),
    toService("EventArchiveKey", "events.amazonaws.com", ["DescribeKey"], {}),
    toService("Alarms", "cloudwatch.amazonaws.com", ["Decrypt", "GenerateDataKey*"], sameAccount),
  ];
}
