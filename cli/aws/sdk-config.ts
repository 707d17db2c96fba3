import type { AwsCredentials } from "../../adapters/aws/client";
import { proxyAgent } from "../proxy";

const CONNECTION_TIMEOUT_MS = 5_000;

/** Options of every AWS SDK client. */
export interface SdkConfig {
  readonly region: string;
  readonly credentials: () => Promise<AwsCredentials>;
  readonly requestHandler: ReturnType<typeof requestHandler>;
}

/** Uses the proxy, if there is one. */
export function sdkConfig(access: Pick<SdkConfig, "region" | "credentials">): SdkConfig {
  return { ...access, requestHandler: requestHandler() };
}

export function requestHandler() {
  const httpsAgent = proxyAgent();
  return { connectionTimeout: CONNECTION_TIMEOUT_MS, ...(httpsAgent && { httpsAgent }) };
}
