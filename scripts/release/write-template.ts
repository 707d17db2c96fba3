import { packZip, RELEASE_POLICY, RELEASE_STACK, RELEASE_TEMPLATE } from "../../lib/release/release";

// Writes the template that needs no Node and no CDK, its functions' zips and its script: docs/template.md. Usage:
// node --import ./bin/typescript.mjs scripts/release/write-template.ts FOLDER

import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  App,
  Aws,
  CfnCondition,
  type CfnOutput,
  CfnParameter,
  type CfnResource,
  type DockerImageAssetLocation,
  type FileAssetLocation,
  type FileAssetSource,
  Fn,
  type ISynthesisSession,
  Stack,
  StackSynthesizer,
  Stage,
} from "aws-cdk-lib";
import { Subscription, SubscriptionProtocol, Topic } from "aws-cdk-lib/aws-sns";
import { Gatehouse } from "../../lib";
import { packageRoot, packageVersion } from "../../lib/app-root";

/** Lists, for each function, the hash that AWS shows as `CodeSha256`. */
const CODE_HASHES = "code-sha256.txt";

interface Source {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: { readonly Code?: { readonly S3Key: unknown } } }>
  >;
}

/** @param folder receives the files; made if it does not exist */
export function writeTemplate(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const outdir = mkdtempSync(join(tmpdir(), "gatehouse-template-"));
  try {
    const { context } = JSON.parse(readFileSync(join(packageRoot, "cdk.json"), "utf8")) as { context: Record<string, unknown> };
    const app = new App({ outdir, context, analyticsReporting: false });
    const stack = makeStack(app, folder);
    const { template } = app.synth().getStackArtifact(stack.artifactId) as { template: Source };
    writeFileSync(join(folder, RELEASE_TEMPLATE), `${JSON.stringify(template, null, 1)}\n`);
    writeFileSync(join(folder, CODE_HASHES), listCodeHashes(template, folder));
    const script = join(folder, "deploy.sh");
    copyFileSync(join(__dirname, "deploy.sh"), script);
    chmodSync(script, 0o755);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The names of resources are those of a `GatehouseStack` with the same options, so that an app can take the stack over. */
function makeStack(app: App, folder: string): Stack {
  const description = `Gatehouse ${packageVersion()}: decides who may sign up to a Microsoft Entra tenant`;
  const stack = new Stack(app, RELEASE_STACK, { synthesizer: new PlainSynthesizer(folder), description });
  const gatehouse = new Gatehouse(stack, "Default", {
    policy: RELEASE_POLICY,
    approvalMail: { decideFromMail: true },
    alarmTopic: makeAlarmTopic(stack),
  });
  const { secretArn } = gatehouse.credentials.secret;
  const command = ["aws secretsmanager get-secret-value --query SecretString --output text --region", Aws.REGION, "--secret-id", secretArn];
  (gatehouse.node.findChild("CredentialsCommand") as CfnOutput).value = Fn.join(" ", command);
  return stack;
}

function makeAlarmTopic(stack: Stack): Topic {
  const description = "Address that gets a mail when an alarm rings; empty for none";
  const { valueAsString: endpoint } = new CfnParameter(stack, "AlarmEmail", { description, default: "" });
  const topic = new Topic(stack, "AlarmTopic", { displayName: "Gatehouse alarms", enforceSSL: true });
  const subscription = new Subscription(stack, "AlarmMail", { topic, protocol: SubscriptionProtocol.EMAIL, endpoint });
  const isGiven = new CfnCondition(stack, "HasAlarmEmail", { expression: Fn.conditionNot(Fn.conditionEquals(endpoint, "")) });
  (subscription.node.defaultChild as CfnResource).cfnOptions.condition = isGiven;
  return topic;
}

function listCodeHashes({ Resources }: Source, folder: string): string {
  const lines = Object.entries(Resources).flatMap(([id, { Type, Properties }]) => {
    const [, name] = /([0-9a-f]{64}\.zip)/.exec(JSON.stringify(Properties?.Code ?? "")) ?? [];
    if (Type !== "AWS::Lambda::Function" || name === undefined) return [];
    return `${createHash("sha256")
      .update(readFileSync(join(folder, name)))
      .digest("base64")}  ${name}  ${id}\n`;
  });
  return lines.join("");
}

if (require.main === module) writeTemplate(resolve(process.argv[2] as string));

/** Makes a template that needs no bootstrap: functions' code is in a bucket that a parameter names. Writes the code's zips into a folder. */
export class PlainSynthesizer extends StackSynthesizer {
  private bucket = "";
  private prefix = "";

  constructor(private readonly folder: string) {
    super();
  }

  override bind(stack: Stack): void {
    super.bind(stack);
    this.bucket = new CfnParameter(stack, "Bucket", { description: "The bucket with the zips, in this region" }).valueAsString;
    const description = "The beginning of the zips' keys in the bucket";
    this.prefix = new CfnParameter(stack, "Prefix", { description, default: "gatehouse/" }).valueAsString;
  }

  addFileAsset({ fileName = "" }: FileAssetSource): FileAssetLocation {
    const source = join(Stage.of(this.boundStack)?.outdir ?? "", fileName);
    const zip = packZip(new Map(readdirSync(source).map((name) => [name, readFileSync(join(source, name))])));
    // CloudFormation compares keys, not bytes, so other bytes need another name.
    const name = `${createHash("sha256").update(zip).digest("hex")}.zip`;
    writeFileSync(join(this.folder, name), zip);
    const objectKey = `${this.prefix}${name}`;
    const s3ObjectUrl = `s3://${this.bucket}/${objectKey}`;
    return { bucketName: this.bucket, objectKey, httpUrl: s3ObjectUrl, s3ObjectUrl };
  }

  addDockerImageAsset(): DockerImageAssetLocation {
    throw new Error("A plain template takes no Docker images.");
  }

  synthesize(session: ISynthesisSession): void {
    this.synthesizeTemplate(session);
    this.emitArtifact(session);
  }
}
