/** What a client of the AWS SDK in a function takes beside what Lambda's environment says: a call that hangs ends. */
export const sdkLimits = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

/** What S3's client takes for a store of another maker, which AWS_ENDPOINT_URL_S3 names: it has its buckets in the path; their names are in no domain. */
export const s3Style = () => ({ forcePathStyle: (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined });

/** The HTTP status that AWS refused a call of the SDK with; undefined where it did not answer. */
export function statusOf(error: unknown): number | undefined {
  return (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
