import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import { inflateRawSync } from "node:zlib";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { FileSystem } from "aws-cdk-lib";
import type { Policy } from "../../engine/sign-up/policy";
import { bundleVersion } from "../../lib/resources/gatehouse-function";
import { type PolicyThen, type VersionSought, versionKey } from "../../local/versions/git-policies";
import { explainedAt, s3Client } from "../aws/s3-client";
import type { DeploymentOptions } from "../command";
import { CommandError } from "../failure";

/** What a bundle consists of. */
const CODE = "index.js";
const versionForm = /^[0-9a-f]{12}$/;

/** Policies out of the very code that was deployed: the CDK keeps each bundle under its hash, of which a version is the beginning. */
export async function policiesInBundles(
  sought: readonly VersionSought[],
  place: string,
  options: Pick<DeploymentOptions, "region" | "profile">,
): Promise<ReadonlyMap<string, PolicyThen>> {
  const codeOf = bundlesAt(place, options);
  const found = new Map<string, PolicyThen>();
  for (const each of sought) {
    // Whatever else a record names would find other code, or any.
    const code = versionForm.test(each.version) ? await codeOf(each.version) : undefined;
    if (code === undefined) continue;
    assertVersion(code, each.version, place);
    const policy = policyIn(code);
    if (policy?.step === each.step) found.set(versionKey(each), { policy, from: `its bundle in ${place}` });
  }
  return found;
}

/** The code of a version; undefined where it is not there. */
type CodeOf = (version: string) => Promise<string | undefined>;

function bundlesAt(place: string, options: Pick<DeploymentOptions, "region" | "profile">): CodeOf {
  const [, bucket] = /^s3:\/\/([a-z0-9.-]+)\/?$/.exec(place) ?? [];
  if (bucket !== undefined) return inBucket(bucket, options);
  if (!existsSync(place) || !statSync(place).isDirectory())
    throw new CommandError(`--bundles ${place} is no folder: name cdk.out or a folder with bundles, or the CDK's bucket, s3://cdk-….`);
  return inFolder(place);
}

/** As a synthesis leaves them (`asset.HASH/index.js`), or as they were downloaded (`HASH.zip`). */
function inFolder(folder: string): CodeOf {
  const names = readdirSync(folder);
  return async (version) => {
    const name = names.find((each) => each.replace(/^asset\./, "").startsWith(version));
    if (name === undefined) return undefined;
    const path = join(folder, name);
    return statSync(path).isDirectory() ? readFileSync(join(path, CODE), "utf8") : unzipped(readFileSync(path));
  };
}

function inBucket(bucket: string, options: Pick<DeploymentOptions, "region" | "profile">): CodeOf {
  const s3 = s3Client(options);
  return async (version) => {
    try {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: version, MaxKeys: 1 }));
      const Key = Contents[0]?.Key;
      if (Key === undefined) return undefined;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return unzipped(Buffer.from((await Body?.transformToByteArray()) ?? []));
    } catch (error) {
      throw explainedAt(`s3://${bucket}`, bucket, "s3:ListBucket and s3:GetObject", error);
    }
  };
}

/** Where a zip file's directory begins, and how long its fixed parts are. */
const zip = { end: 0x06054b50, entry: 0x02014b50, endBytes: 22, entryBytes: 46, headerBytes: 30, deflated: 8 } as const;

/** The code in a zip file of the CDK's; undefined if there is none. */
function unzipped(file: Buffer): string | undefined {
  let end = file.length - zip.endBytes;
  while (end >= 0 && file.readUInt32LE(end) !== zip.end) end -= 1;
  if (end < 0) return undefined;
  let at = file.readUInt32LE(end + 16);
  while (at + zip.entryBytes <= end && file.readUInt32LE(at) === zip.entry) {
    const [nameLength, extraLength, commentLength] = [file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32)];
    const name = file.toString("utf8", at + zip.entryBytes, at + zip.entryBytes + nameLength);
    if (name === CODE) {
      const header = file.readUInt32LE(at + 42);
      const begin = header + zip.headerBytes + file.readUInt16LE(header + 26) + file.readUInt16LE(header + 28);
      const packed = file.subarray(begin, begin + file.readUInt32LE(at + 20));
      return (file.readUInt16LE(at + 10) === zip.deflated ? inflateRawSync(packed) : packed).toString("utf8");
    }
    at += zip.entryBytes + nameLength + extraLength + commentLength;
  }
  return undefined;
}

/** Nothing is run but what has the hash that the record names. */
function assertVersion(code: string, version: string, place: string): void {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bundle-"));
  try {
    writeFileSync(join(folder, CODE), code);
    if (bundleVersion(FileSystem.fingerprint(folder)) === version) return;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  throw new CommandError(`${place} has other code under the name of version ${version}: somebody replaced it.`);
}

/** The policy that a function was made of; undefined where an older Gatehouse did not hand it out. */
function policyIn(code: string): Policy | undefined {
  const made: { readonly exports: { readonly policy?: Policy } } = { exports: {} };
  // Without its environment the function ends before it reaches anything. Its policy is there by then.
  const bare = Object.create(process, { env: { value: {} } });
  try {
    compileFunction(code, ["exports", "require", "module", "process"])(made.exports, require, made, bare);
  } catch {
    // A variable is missing, as it should be.
  }
  return made.exports.policy;
}
