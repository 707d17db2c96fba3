import type { SdkConfig } from "./sdk-config";

/** The identity of the caller, as AWS knows it. */
export interface CallerIdentity {
  /** Twelve digits. */
  readonly account?: string | undefined;
  readonly arn?: string | undefined;
}

/** Asks AWS who calls; no permission is needed. Throws what STS or the network says. */
export async function callerIdentity(sdk: SdkConfig, abortSignal: AbortSignal): Promise<CallerIdentity> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const { Account: account, Arn: arn } = await new STSClient(sdk).send(new GetCallerIdentityCommand(), { abortSignal });
  return { account, arn };
}
