/** Environment variables of the function. */
export const webhookEnvironment = {
  /** The receivers, as JSON. */
  receivers: "WEBHOOKS",
} as const;

/** Name of the receivers for `npm start --endpoint`. */
export const RECEIVERS_ENDPOINT = "webhooks";

export interface Receiver {
  readonly name: string;
  readonly url: string;
  /** The queue's ARN. */
  readonly queue: string;
  /** The secret's ARN. */
  readonly secret: string;
}
