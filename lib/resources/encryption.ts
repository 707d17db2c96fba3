import { type IResolvable, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Grant, type IGrantable, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { EncryptionChoice, KeysHandedIn } from "./encryption-option";

const ID = "Encryption";

/** A key of the owner's, which encrypts everything that a Gatehouse keeps. */
export class Encryption extends Construct {
  /**
   * As constructs take it. Its policy is none of their business: what they add to it would be wider than the one below,
   * and a key that is handed in takes nothing.
   */
  readonly key: IKey;
  /** Of the keys in other regions. */
  readonly replicas: Readonly<Record<string, string>>;

  /** The one of the Gatehouse that a construct is in; undefined where AWS's own keys encrypt. */
  static of(scope: Construct): Encryption | undefined {
    const constructs = [...scope.node.scopes].reverse().map(({ node }) => node.tryFindChild(ID));
    return constructs.find((each) => each instanceof Encryption);
  }

  constructor(gatehouse: Construct, choice: Exclude<EncryptionChoice, "none">) {
    super(gatehouse, ID);
    const { arn, construct, replicas } = choice === "own" ? this.ownKey() : choice;
    // The CDK adds nothing to the policy of an imported key.
    for (const statement of serviceStatements(Stack.of(this))) construct?.addToResourcePolicy(statement);
    this.replicas = replicas;
    this.key = Key.fromKeyArn(this, "Given", arn);
  }

  /** The key for copies in another region. */
  keyIn(region: string): IKey | undefined {
    const arn = this.replicas[region];
    const id = `Given-${region}`;
    return arn === undefined ? undefined : ((this.node.tryFindChild(id) as IKey | undefined) ?? Key.fromKeyArn(this, id, arn));
  }

  /** Lets a function use the key for what it may do with a service anyway, and for nothing else. */
  allow(lambda: IFunction, service: KeyService, ...actions: readonly KeyAction[]): void {
    allowKey(lambda, this.key, service, ...actions);
  }

  /** It outlives the stack, as tables and secrets do: without it they cannot be read. */
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

/** Lets somebody use a key through one service, for what they may do there, and for nothing else. @param key an imported one */
export function allowKey(grantee: IGrantable, key: IKey, service: KeyService, ...actions: readonly KeyAction[]): Grant {
  return Grant.addToPrincipal({
    grantee,
    actions: actions.map((action) => `kms:${action}`),
    resourceArns: [key.keyArn],
    conditions: { StringEquals: { "kms:ViaService": `${service}.${Stack.of(key).region}.amazonaws.com` } },
  });
}

/** Imports a key of the app, so that grants leave its policy as it is. */
export function importedKey(scope: Construct, { keyArn }: IKey): IKey {
  return Key.fromKeyArn(scope, `Key${scope.node.children.length}`, keyArn);
}

/** The key that encrypts what is made in a place; undefined for AWS's own. */
export function keyAt(scope: Construct): IKey | undefined {
  return Encryption.of(scope)?.key;
}

interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/**
 * Permissions of services that use the key without a caller's rights. The functions' roles have their own permissions, and the deploying
 * role needs kms:CreateGrant for the tables: the key's policy leaves both to IAM.
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
    // As CloudWatch Logs asks for it.
    toService("Logs", `logs.${region}.amazonaws.com`, ["Encrypt*", "Decrypt*", "ReEncrypt*", "GenerateDataKey*", "Describe*"], {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:*` },
    }),
    // Rules put events into queues, and tell topics.
    toService("Events", "events.amazonaws.com", ["Decrypt", "GenerateDataKey"], sameAccount),
    // The archive of events.
    toService("EventArchive", "events.amazonaws.com", ["Decrypt", "GenerateDataKey", "ReEncrypt*"], {
      StringLike: { "kms:EncryptionContext:aws:events:event-bus:arn": `arn:${partition}:events:${region}:${account}:event-bus/*` },
    }),
    toService("EventArchiveKey", "events.amazonaws.com", ["DescribeKey"], {}),
    // Alarms tell their topic.
    toService("Alarms", "cloudwatch.amazonaws.com", ["Decrypt", "GenerateDataKey*"], sameAccount),
  ];
}
