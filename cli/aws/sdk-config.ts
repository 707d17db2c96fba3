import type { AwsClient, AwsCredentials } from "../../adapters/aws/client";
import type { SdkTablesOptions } from "../../adapters/aws/sdk-tables";
import { proxyAgent } from "../proxy";

const CONNECTION_TIMEOUT_MS = 5_000;

export interface SdkConfig {
  readonly region: string;
  readonly credentials: () => Promise<AwsCredentials>;
  readonly requestHandler: ReturnType<typeof requestHandler>;
}

export function sdkConfig(access: Pick<SdkConfig, "region" | "credentials">): SdkConfig {
  return { ...access, requestHandler: requestHandler() };
}

export function requestHandler() {
  const httpsAgent = proxyAgent();
  return { connectionTimeout: CONNECTION_TIMEOUT_MS, ...(httpsAgent && { httpsAgent }) };
}

/** Loads the SDK's client with the first call. */
export function lazyTables(options: Omit<SdkTablesOptions, "requestHandler">): AwsClient {
  let tables: Promise<AwsClient> | undefined;
  return {
    warm: () => undefined,
    async call(...args) {
      tables ??= import("../../adapters/aws/sdk-tables").then(({ sdkTables }) =>
        sdkTables({ ...options, requestHandler: requestHandler() }),
      );
      return await (await tables).call(...args);
    },
  };
}
