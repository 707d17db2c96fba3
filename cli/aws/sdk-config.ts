import type { AwsCredentials } from "../../adapters/aws/client";
import { proxyAgent } from "../proxy";

const CONNECTION_TIMEOUT_MS = 5_000;

/** What each client of the AWS SDK takes. */
export interface SdkConfig {
  readonly region: string;
  readonly credentials: () => Promise<AwsCredentials>;
  readonly requestHandler: ReturnType<typeof requestHandler>;
}

/** By the proxy, if there is one. */
export function sdkConfig(access: Pick<SdkConfig, "region" | "credentials">): SdkConfig {
  return { ...access, requestHandler: requestHandler() };
}

export function requestHandler() {
  const httpsAgent = proxyAgent();
  return { connectionTimeout: CONNECTION_TIMEOUT_MS, ...(httpsAgent && { httpsAgent }) };
}

/** Whether AWS refused a call, as the SDK has it: its name is the service's error code. */
export function isSdkRefusal(error: unknown): error is Error {
  return error instanceof Error && "$fault" in error;
}
