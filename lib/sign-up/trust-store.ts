import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { MTLSConfig } from "aws-cdk-lib/aws-apigateway";
import { Bucket, type IBucket } from "aws-cdk-lib/aws-s3";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import type { Construct } from "constructs";
import * as v from "valibot";
import { createTextSchema } from "../../engine/fields";
import { optionSchema } from "../../engine/option-schema";
import { appRoot } from "../app-root";
import { SetupError } from "../errors";
import { constructWith, textFitting } from "../options";

interface TrustedSubject {
  /**
   * Subject of the only certificate to accept, as API Gateway writes it: "CN=entra-gatehouse,O=Contoso". Set it if the authority also signs
   * certificates for others.
   * @default every certificate that the trust store's authorities signed
   */
  readonly subject?: string;
}

/** A PEM file in the app: the certificate authorities, or the self-signed certificate that Entra shows. */
export interface TrustStoreFile extends TrustedSubject {
  /** The file's path, relative to the app's folder (where cdk.json is): "entra.pem". A deployment copies the file to S3. */
  readonly file: string;
}

/** A PEM file in your own versioned bucket. */
export interface TrustStoreObject extends TrustedSubject {
  /** The bucket's name. Give either `bucketName` or `bucket`. @default the bucket is in `bucket` */
  readonly bucketName?: string;
  /** The bucket itself, from your own app. Give either `bucket` or `bucketName`. @default the bucket's name is in `bucketName` */
  readonly bucket?: IBucket;
  readonly key: string;
  /** The object's version in S3. API Gateway reads new certificates only if this version changes. */
  readonly version: string;
}

/** The client certificates that pass. Callers without such a certificate fail at the TLS handshake. */
export type TrustStore = TrustStoreFile | TrustStoreObject;

const subject = v.optional(createTextSchema());
/** If the app makes the bucket, the name is a token until deployment. A token passes unchecked. */
const bucketName = textFitting(
  "a bucket's name: 3 to 63 small letters, digits, dots and hyphens",
  /^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9]|.*\$\{Token\[.*)$/,
);

export const trustStoreOptions = v.union([
  optionSchema<TrustStoreFile>({ file: createTextSchema(), subject }),
  optionSchema<TrustStoreObject>({
    bucketName: v.optional(bucketName),
    bucket: v.optional(constructWith<IBucket>("bucketName", "a bucket")),
    key: createTextSchema(),
    version: createTextSchema(),
    subject,
  }),
]);

/** API Gateway reads the trust store again only if the template names another object or version. */
export function trustStoreAt(scope: Construct, trustStore: TrustStore): MTLSConfig {
  if (!("file" in trustStore)) {
    const { key, version } = trustStore;
    return { bucket: givenBucket(scope, trustStore), key, version };
  }
  const asset = new Asset(scope, "TrustStoreFile", { path: checkedPem(trustStore.file) });
  return { bucket: asset.bucket, key: asset.s3ObjectKey };
}

function givenBucket(scope: Construct, { bucket, bucketName }: TrustStoreObject): IBucket {
  if (bucket !== undefined && bucketName === undefined) return bucket;
  if (bucket === undefined && bucketName !== undefined) return Bucket.fromBucketName(scope, "TrustStore", bucketName);
  throw new SetupError("customDomain.trustStore needs a bucket: give one of bucketName and bucket.");
}

/** Throws if a certificate cannot be read. */
export function certificatesIn(pem: string): readonly X509Certificate[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? []).map((each) => new X509Certificate(each));
}

function checkedPem(file: string): string {
  const path = resolve(appRoot, file);
  const refuse = (what: string) => new SetupError(`customDomain.trustStore.file is ${JSON.stringify(file)}, ${what}.`);
  if (!existsSync(path)) throw refuse("and there is no such file in the app");
  const pem = readFileSync(path, "utf8");
  if (pem.includes("PRIVATE KEY")) throw refuse("which holds a private key: take it out, a trust store has certificates alone");
  let count = 0;
  try {
    count = certificatesIn(pem).length;
  } catch {}
  if (count === 0) throw refuse("which holds no certificate that can be read: -----BEGIN CERTIFICATE----- …");
  return path;
}
