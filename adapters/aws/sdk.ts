/** Limits of AWS SDK clients in functions: a call that hangs ends. */
export const sdkLimits = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

/** Options of S3's client for a store of another maker at AWS_ENDPOINT_URL_S3, whose bucket names are in the path. */
export const s3Style = () => ({ forcePathStyle: (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined });

/** The HTTP status that AWS refused a call of the SDK with; undefined where it did not answer. */
export function getHttpStatus(error: unknown): number | undefined {
  return (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
