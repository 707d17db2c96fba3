import type { SdkConfig } from "./sdk-config";

export interface CallerIdentity {
  /** Twelve digits. */
  readonly account?: string | undefined;
  readonly arn?: string | undefined;
}

/** Requests the caller's identity from AWS, which needs no permission. Throws the error of STS or the network. */
export async function callerIdentity(sdk: SdkConfig, abortSignal: AbortSignal): Promise<CallerIdentity> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const { Account: account, Arn: arn } = await new STSClient(sdk).send(new GetCallerIdentityCommand(), { abortSignal });
  return { account, arn };
}
