/** Names of what the stack tells the function. */
export const webhookEnvironment = {
  /** JSON: the receivers. */
  receivers: "WEBHOOKS",
} as const;

/** The name of the receivers for `npm start --endpoint`. */
export const RECEIVERS_ENDPOINT = "webhooks";

export interface Receiver {
  readonly name: string;
  readonly url: string;
  /** The queue's ARN. */
  readonly queue: string;
  /** The secret's ARN. */
  readonly secret: string;
}
