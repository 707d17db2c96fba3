/** Limits of AWS SDK clients in functions. They end a call that hangs. */
export const sdkLimits = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

/**
 * Returns options for S3's client. If AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL is set, bucket names go into the path, as other vendors'
 * stores expect.
 */
export const s3Style = () => ({ forcePathStyle: (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined });

/** Returns the HTTP status with which AWS refused an SDK call; undefined if AWS did not answer. */
export function getHttpStatus(error: unknown): number | undefined {
  return (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
