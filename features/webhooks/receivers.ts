/** Names of what the stack tells the function. */
export const webhookEnvironment = {
  /** JSON: the receivers. */
  receivers: "WEBHOOKS",
} as const;

/** By which name `npm start --endpoint` knows the receivers. */
export const RECEIVERS_ENDPOINT = "webhooks";

/** Who gets the events of a queue. */
export interface Receiver {
  readonly name: string;
  readonly url: string;
  /** The queue's ARN. */
  readonly queue: string;
  /** The secret's ARN. */
  readonly secret: string;
}
