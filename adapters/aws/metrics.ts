/** Where the functions' own metrics are counted. */
export const METRIC_NAMESPACE = "Gatehouse";

/** What is counted version by version too: a deployment looks at those of the new one. */
export type VersionFailure = "ClaimsMissing" | "FailedClosed";

/** Tells a version's failures from those of others, beside `service`, which every metric has. */
export const versionDimensions = (lambda: string, version: string) => ({ function: lambda, version });
