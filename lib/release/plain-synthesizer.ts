import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CfnParameter,
  type DockerImageAssetLocation,
  type FileAssetLocation,
  type FileAssetSource,
  type ISynthesisSession,
  type Stack,
  StackSynthesizer,
  Stage,
} from "aws-cdk-lib";
import { packZip } from "./zip";

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
