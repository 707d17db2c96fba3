export const webhookEnvironment = {
  /** JSON. */
  receivers: "WEBHOOKS",
} as const;

export const RECEIVERS_ENDPOINT = "webhooks";

export interface Receiver {
  readonly name: string;
  readonly url: string;
  /** ARN. */
  readonly queue: string;
  /** ARN. */
  readonly secret: string;
}
